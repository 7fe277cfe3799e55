/** Which points to run next, from what is known of those so far. Pure. */
import type { Known } from './types.ts';

/** A point between both ends, as the axes at which it has the failing value. */
export type Changes = readonly string[];

/** Points up to which all combinations are run: they show interactions, and the search would save little. */
export const FULL_FACTORIAL = 8;

export interface Search {
  /** Points that are not known yet and are needed next; empty when the search is over. */
  readonly next: readonly Changes[];
  /** The smallest set found that fails; undefined as long as it isn't known, or when the ends are not what they should. */
  readonly cause: Changes | undefined;
}

/** `known` gives undefined for what was not run yet. */
export function search(axes: readonly string[], known: (changes: Changes) => Known | undefined): Search {
  const unknown = (points: readonly Changes[]) => points.filter((one) => known(one) === undefined);
  const ends = unknown([axes, []]);
  if (ends.length > 0) return { next: ends, cause: undefined };
  if (known(axes) !== 'bad' || known([]) !== 'good') return { next: [], cause: undefined };
  if (2 ** axes.length <= FULL_FACTORIAL) {
    const rest = unknown(subsets(axes));
    if (rest.length > 0) return { next: rest, cause: undefined };
  }
  const { set, need } = minimise(axes, known);
  if (need !== undefined) return { next: [need], cause: undefined };
  // Each axis alone, at the end where there is a failure to change.
  const single = unknown(axes.map((axis) => axes.filter((one) => one !== axis)));
  return { next: single, cause: set };
}

/** All subsets, the smallest first. */
export function subsets(axes: readonly string[]): Changes[] {
  const all = axes.reduce<Changes[]>((sets, axis) => sets.flatMap((set) => [set, [...set, axis]]), [[]]);
  return all.sort((a, b) => a.length - b.length);
}

/**
 * Delta debugging (Zeller and Hildebrandt, Simplifying and isolating failure-inducing input, IEEE Transactions on
 * Software Engineering 28, 2002, 183–200): a subset of the changes that still fails and none of whose parts, of the
 * last granularity, does. A point that is open counts as one that doesn't fail. Stops at the first that isn't known.
 */
function minimise(
  axes: readonly string[],
  known: (changes: Changes) => Known | undefined,
): { readonly set: Changes; readonly need: Changes | undefined } {
  let set: Changes = axes;
  let parts = 2;
  while (set.length > 1) {
    const chunks = split(set, parts);
    const complements = parts > 2 ? chunks.map((chunk) => set.filter((axis) => !chunk.includes(axis))) : [];
    let smaller: Changes | undefined;
    for (const candidate of [...chunks, ...complements]) {
      const found = known(candidate);
      if (found === undefined) return { set, need: candidate };
      if (found !== 'bad') continue;
      smaller = candidate;
      break;
    }
    if (smaller !== undefined) {
      parts = chunks.includes(smaller) ? 2 : Math.max(parts - 1, 2);
      set = smaller;
    } else if (parts < set.length) parts = Math.min(2 * parts, set.length);
    else break;
  }
  return { set, need: undefined };
}

function split(set: Changes, parts: number): Changes[] {
  return Array.from({ length: parts }, (_, at) =>
    set.slice(Math.floor((at * set.length) / parts), Math.floor(((at + 1) * set.length) / parts)),
  );
}
