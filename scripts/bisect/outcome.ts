/** What samples count for, in a search for the first bad commit or for the one that fixed it. */
import { type Cut, isBeyond } from './metric.ts';
import type { Tally } from './rates.ts';

/** One sample, as the search sees it. */
export interface SampleOutcome {
  /** `unjudged`: it failed in another way than the symptom's, or gave no answer. It counts for nothing. */
  readonly judged: 'good' | 'bad' | 'unjudged';
  /** The value of the metric that is searched by, where there is one. */
  readonly value?: number | undefined;
  /** What showed the symptom, one line, of a bad one. */
  readonly because?: string | undefined;
}

export interface Rule {
  /** The newer endpoint is the good one, and what is looked for is the first good commit. */
  readonly findFix: boolean;
  readonly cut?: Cut | undefined;
}

/** `hits` are samples with the behaviour of the newer endpoint. */
export function tally(outcomes: readonly SampleOutcome[], rule: Rule): Tally {
  const sides = outcomes.map((outcome) => isHit(outcome, rule));
  return {
    hits: sides.filter((side) => side === true).length,
    misses: sides.filter((side) => side === false).length,
  };
}

/** A sample with the symptom is on the bad side, whatever its metric; one that isn't judged is on neither. */
function isHit({ judged, value }: SampleOutcome, { findFix, cut }: Rule): boolean | undefined {
  if (judged === 'unjudged') return undefined;
  if (judged === 'bad') return !findFix;
  if (cut === undefined) return findFix;
  return value === undefined ? undefined : isBeyond(cut, value);
}
