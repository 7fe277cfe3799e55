/** Compares two failure rates exactly, and says how far apart they may be. */
import binomialPmf from '@stdlib/stats-base-dists-binomial-pmf';
import hypergeometricPmf from '@stdlib/stats-base-dists-hypergeometric-pmf';
import { clopperPearson } from './statistics.ts';
import type { Interval } from './types.ts';

/** `bad` events in `of` trials. */
export interface Count {
  readonly bad: number;
  readonly of: number;
}

export interface RateComparison {
  /** Two-sided: twice the smaller of both directions, 1 at most. */
  readonly p: number;
  readonly method: 'Boschloo' | 'Fisher';
}

/** Tables beyond this size are compared by Fisher's test: there both tests agree, and Boschloo's takes long. */
const LARGEST_TABLE = 40_000;

/** Two p-values that differ by rounding alone are the same one. */
const SAME = 1 + 1e-7;

/** Points at which the unknown common rate is tried before the search is refined. */
const GRID = 400;

/**
 * Boschloo's exact unconditional test (Statistica Neerlandica 24, 1970, 1–35): Fisher's p-value as the statistic,
 * its distribution taken at the common rate that is worst. It never has less power than Fisher's test, and with
 * the few samples that a machine gives it has much more: 3 of 3 against 0 of 3 is 0.031, by Fisher 0.1.
 * The numbers of trials must not depend on the outcomes; see `pair-evidence.ts` for sampling that stops early.
 */
export function compareRates(a: Count, b: Count): RateComparison {
  if (a.of === 0 || b.of === 0) return { p: 1, method: 'Boschloo' };
  const large = (a.of + 1) * (b.of + 1) > LARGEST_TABLE;
  const oneSided = large ? fisherGreater : boschlooGreater;
  const p = Math.min(1, 2 * Math.min(oneSided(a, b), oneSided(b, a)));
  return { p, method: large ? 'Fisher' : 'Boschloo' };
}

/** Fisher's exact test, one-sided: the chance of at least `a.bad` in the first row with all margins fixed. */
export function fisherGreater(a: Count, b: Count): number {
  const bad = a.bad + b.bad;
  let p = 0;
  for (let x = a.bad; x <= Math.min(a.of, bad); x++) p += hypergeometricPmf(x, a.of + b.of, bad, a.of);
  return Math.min(1, p);
}

/** One-sided: whether the first rate is the greater. */
export function boschlooGreater(a: Count, b: Count): number {
  const observed = fisherGreater(a, b) * SAME;
  // For each count of the first row, the largest count of the second that speaks as clearly: Fisher's p-value
  // grows with the second count, and the largest one grows with the first.
  const cuts: number[] = [];
  let cut = -1;
  for (let x = 0; x <= a.of; x++) {
    while (cut < b.of && fisherGreater({ bad: x, of: a.of }, { bad: cut + 1, of: b.of }) <= observed) cut++;
    cuts.push(cut);
  }
  return Math.min(
    1,
    maximise((rate) => chance(cuts, a.of, b.of, rate)),
  );
}

/** The chance of a table within the cuts, when both rates are `rate`. */
function chance(cuts: readonly number[], first: number, second: number, rate: number): number {
  let sum = 0;
  let below = 0;
  let next = 0;
  for (const [x, cut] of cuts.entries()) {
    for (; next <= cut; next++) below += binomialPmf(next, second, rate);
    sum += binomialPmf(x, first, rate) * below;
  }
  return sum;
}

/** The maximum over rates: on a grid that is finer towards 0 and 1, then by golden section around the best point. */
function maximise(value: (rate: number) => number): number {
  const rateAt = (step: number): number => Math.sin((step / GRID) * (Math.PI / 2)) ** 2;
  let best = 0;
  let at = 0;
  for (let step = 0; step <= GRID; step++) {
    const found = value(rateAt(step));
    if (found > best) [best, at] = [found, step];
  }
  let [low, high] = [rateAt(Math.max(0, at - 1)), rateAt(Math.min(GRID, at + 1))];
  const ratio = (Math.sqrt(5) - 1) / 2;
  for (let step = 0; step < 40; step++) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    const [atLeft, atRight] = [value(left), value(right)];
    best = Math.max(best, atLeft, atRight);
    if (atLeft > atRight) high = right;
    else low = left;
  }
  return best;
}

/**
 * The interval for rate `a` less rate `b`, by the square-and-add rule (Newcombe, Statistics in Medicine 17, 1998,
 * 873–890) with Clopper–Pearson limits in place of Wilson's: wider, and so on the safe side with few samples.
 */
export function rateDifference(a: Count, b: Count, confidence = 0.95): Interval {
  const [one, other] = [clopperPearson(a.bad, a.of, confidence), clopperPearson(b.bad, b.of, confidence)];
  const [rateA, rateB] = [share(a), share(b)];
  return {
    low: Math.max(-1, rateA - rateB - Math.hypot(rateA - one.low, other.high - rateB)),
    high: Math.min(1, rateA - rateB + Math.hypot(one.high - rateA, rateB - other.low)),
    confidence,
  };
}

/** The observed rate; one half where nothing was observed. */
const share = ({ bad, of }: Count): number => (of === 0 ? 0.5 : bad / of);
