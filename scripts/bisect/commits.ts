/** The range as people look at it: every commit with what is known of it, newest first. Pure. */
import { type Belief, probabilityOfNew } from './belief.ts';
import type { Range } from './range.ts';
import type { State } from './state.ts';

export interface CommitRow {
  readonly id: string;
  readonly subject: string;
  /** Samples of it: with the symptom, without, and neither. */
  readonly bad: number;
  readonly good: number;
  readonly unjudged: number;
  /** Values of the metric that is searched by. */
  readonly values: readonly number[];
  /** Why it could not be tested. */
  readonly skipped: string | undefined;
  /** It is built to the same as this commit, so that one's samples are its own. */
  readonly sameAs: string | undefined;
  /** Probability that it has the new behaviour. */
  readonly probabilityOfNew: number;
  /** Probability that it is the culprit. */
  readonly probability: number;
}

/** All candidates, and whatever else was tested: what lies outside of the range is older, and comes last. */
export function commitsOf(
  range: Range,
  state: Pick<State, 'outcomes' | 'reasons' | 'digests'>,
  belief: Belief,
  subjects: ReadonlyMap<string, string>,
): CommitRow[] {
  const { outcomes, reasons, digests } = state;
  const tested = [...outcomes.keys(), ...reasons.keys(), ...digests.keys()];
  const ids = [...new Set([range.newest, ...range.candidates, ...tested])];
  const first = new Map<string, string>();
  for (const id of outcomes.keys()) {
    const digest = digests.get(id);
    if (digest !== undefined && !first.has(digest)) first.set(digest, id);
  }
  return ids.map((id): CommitRow => {
    const own = outcomes.get(id) ?? [];
    const count = (judged: string) => own.filter((one) => one.judged === judged).length;
    const twin = first.get(digests.get(id) ?? '');
    return {
      id,
      subject: subjects.get(id) ?? '',
      bad: count('bad'),
      good: count('good'),
      unjudged: count('unjudged'),
      values: own.flatMap(({ value }) => value ?? []),
      skipped: reasons.get(id),
      sameAs: own.length === 0 && twin !== id ? twin : undefined,
      probabilityOfNew: probabilityOfNew(range, belief, id),
      probability: belief.posterior[range.indexOf(id) ?? -1] ?? 0,
    };
  });
}

export function isTested({ bad, good, unjudged, skipped, sameAs }: CommitRow): boolean {
  return bad + good + unjudged > 0 || skipped !== undefined || sameAs !== undefined;
}

/** A commit that is shown, or how many in a row aren't, and the probability that the culprit is among them. */
export type ExcerptRow = CommitRow | { readonly hidden: number; readonly probability: number };

/** The `most` commits that matter: the ends, then the likeliest, then what was tested. Those between become one row. */
export function excerpt(commits: readonly CommitRow[], most: number): ExcerptRow[] {
  const ends = [commits[0], commits.at(-1)];
  const weight = (commit: CommitRow) =>
    (ends.includes(commit) ? 2 : 0) + commit.probability + (isTested(commit) ? 0.1 : 0);
  const shown = new Set([...commits].sort((one, other) => weight(other) - weight(one)).slice(0, most));
  const rows: ExcerptRow[] = [];
  for (const commit of commits) {
    const last = rows.at(-1);
    if (shown.has(commit)) rows.push(commit);
    else if (last !== undefined && 'hidden' in last) {
      rows[rows.length - 1] = {
        hidden: last.hidden + 1,
        probability: last.probability + commit.probability,
      };
    } else rows.push({ hidden: 1, probability: commit.probability });
  }
  return rows;
}
