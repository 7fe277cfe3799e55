/** What came out of a comparison, in words. Pure. */

import type { Floor } from '../floor/types.ts';
import { limitText } from '../floor/words.ts';
import { formatBytes, formatMs, formatShare } from '../lib/units.ts';
import type { Answer, Comparison, Quantity, Summary } from './types.ts';

export interface Outcome {
  readonly answer: Answer;
  readonly tolerated: number;
  /** Of the upper bound, one-sided. */
  readonly confidence: number;
  /** What the candidate's first failure was. */
  readonly why?: string | undefined;
}

export function explain(
  one: Omit<Comparison, 'answer' | 'because'>,
  { answer, tolerated, confidence, why }: Outcome,
): string {
  const { quantity, baseline, candidate, change } = one;
  const facts =
    quantity === 'failures'
      ? `fails in ${candidate.bad} of ${candidate.n}, the baseline in ${baseline.bad} of ${baseline.n}`
      : `${one.metric} ${median(candidate, quantity)}, the baseline's ${median(baseline, quantity)}: ${shown(change.estimate, quantity)}`;
  if (answer === 'regressed') return why === undefined ? facts : `${facts}; the first: ${why}`;
  const bound = Number.isFinite(change.high)
    ? upperBound(change.high, quantity, confidence)
    : 'too few samples to bound it';
  if (answer === 'safe') return `${facts}; ${bound}`;
  return `${facts}; ${bound}, ${shown(tolerated, quantity)} is tolerated${additionalPairsNeeded(one, tolerated)}`;
}

export interface ComparedFloors {
  readonly baseline: Floor;
  readonly candidate: Floor;
  /** The most that the floor may have grown, bytes. */
  readonly high: number;
  readonly tolerated: number;
  readonly answer: Answer;
  readonly confidence: number;
}

export function explainFloor(floors: ComparedFloors): string {
  const { baseline, candidate, high, tolerated, answer, confidence } = floors;
  const ends = ({ unreliable, certified }: Floor) =>
    `${limitText(unreliable ?? 0)}–${certified === undefined ? '?' : limitText(certified)}`;
  const facts = `starts reliably from ${floorText(candidate)} (${ends(candidate)}), the baseline from ${floorText(baseline)} (${ends(baseline)})`;
  if (answer === 'regressed') return candidate.failure ? `${facts}; below it: ${candidate.failure}` : facts;
  const bound = upperBound(high, 'floor', confidence);
  return answer === 'safe'
    ? `${facts}; ${bound}`
    : `${facts}; ${bound}, ${shown(tolerated, 'floor')} is tolerated`;
}

/** `at most +9.9% (95% upper bound)`. */
function upperBound(high: number, quantity: Quantity, confidence: number): string {
  const most = high <= 0 ? 'no increase' : `at most ${shown(high, quantity)}`;
  return `${most} (${formatShare(confidence)} upper bound)`;
}

const floorText = ({ certified, unreliable }: Floor): string =>
  certified === undefined ? `above ${limitText(unreliable ?? 0)}` : limitText(certified);

/** How many samples more would narrow the interval enough, if the estimate stays what it is. */
function additionalPairsNeeded(
  one: Pick<Comparison, 'candidate' | 'change' | 'quantity'>,
  tolerated: number,
): string {
  const { candidate, change, quantity } = one;
  const { estimate, high } = change;
  if (!Number.isFinite(high)) return '';
  if (estimate >= tolerated) return ': more samples are needed to tell which it is';
  const narrower = (high - estimate) / (tolerated - estimate);
  // Without a failure, an interval narrows as 1/n; else as 1/√n.
  const factor = quantity === 'failures' && estimate === 0 ? narrower : narrower ** 2;
  const more = Math.ceil(candidate.n * (factor - 1));
  return more > 0 ? `: would need about ${more} more pairs` : '';
}

/** A change of a quantity, with its sign. */
export function shown(value: number, quantity: Quantity): string {
  if (!Number.isFinite(value)) return value > 0 ? '+∞' : '−∞';
  const sign = value < 0 ? '−' : '+';
  const size = Math.abs(value);
  if (quantity === 'memory' || quantity === 'floor') return `${sign}${formatBytes(size)}`;
  return `${sign}${Number((size * 100).toPrecision(size < 0.1 ? 2 : 3))}%`;
}

function median({ median: value }: Summary, quantity: Quantity): string {
  return quantity === 'memory' ? formatBytes(value ?? 0) : formatMs(value ?? 0);
}
