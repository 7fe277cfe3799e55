/** By which merge, and by which pull request, a commit came. */
import { hasBit } from './bits.ts';
import type { ListedCommit, Range } from './range.ts';

/** The first merge, from the commit on, whose first parent doesn't have it; undefined when it was made on the spot. */
export function broughtBy(range: Range, listing: readonly ListedCommit[], id: string): string | undefined {
  const index = range.indexOf(id);
  if (index === undefined) return undefined;
  const merges = listing.filter(
    ({ id: merge, parents: [first] }) =>
      merge !== id &&
      first !== undefined &&
      hasBit(range.reach(merge), index) &&
      !hasBit(range.reach(first), index),
  );
  // Listed newest first.
  return merges.at(-1)?.id;
}

/**
 * The number in the message of a merge, or of a squashed commit: `Merge pull request #12 from …`, `merge #12 into …`,
 * `See merge request group/project!12`, `A change (#12)`.
 */
export function pullRequestOf(message: string): string | undefined {
  const [subject = ''] = message.split('\n');
  const number =
    /^merge (?:pull request|pr)? ?#(\d+)\b/i.exec(subject)?.[1] ?? /\(#(\d+)\)\s*$/.exec(subject)?.[1];
  if (number !== undefined) return `#${number}`;
  return /^See merge request (\S+![0-9]+)/m.exec(message)?.[1];
}
