/** Compares measurements of two groups by their ranks: no mean, so that one outlier decides nothing. */
import { quantile } from '../lib/numbers.ts';
import type { Interval } from '../model/verdict.ts';
import { normalCdf, normalQuantile } from './distributions.ts';

export interface RankComparison {
  /** Two-sided: twice the smaller tail, 1 at most. */
  readonly p: number;
  readonly method: 'Mann–Whitney, exact' | 'Mann–Whitney, normal approximation';
  /** Vargha and Delaney's A: the chance that a value of `b` is greater than one of `a`, ties counting one half. */
  readonly superiority: number;
  /** Hodges and Lehmann's estimate of how much greater `b` is: the median of all differences, in the values' unit. */
  readonly shift: number;
  /** Of the shift. Endless where there are too few values for the confidence. */
  readonly interval: Interval;
}

/** Pairs of values up to which the distribution is counted out. */
const EXACT_PAIRS = 2500;

/**
 * The Mann–Whitney test, exact with ties, too: all ways to deal the pooled mid-ranks out to the two groups are
 * counted (Streitberg and Röhmel's shift algorithm, 1986). The interval of the shift is the one that goes with the
 * test (Lehmann, Nonparametrics, 1975, chapter 2.6; Hodges and Lehmann, Annals of Mathematical Statistics 34, 1963).
 */
export function compareRanks(a: readonly number[], b: readonly number[], confidence = 0.95): RankComparison {
  if (a.length === 0 || b.length === 0) throw new RangeError('no ranks without values');
  const differences = b.flatMap((high) => a.map((low) => high - low)).sort((x, y) => x - y);
  const wins = differences.reduce((sum, one) => sum + (one > 0 ? 1 : one === 0 ? 0.5 : 0), 0);
  const exact = differences.length <= EXACT_PAIRS;
  return {
    p: exact ? exactP(a, b, wins) : normalP(a, b, wins),
    method: exact ? 'Mann–Whitney, exact' : 'Mann–Whitney, normal approximation',
    superiority: wins / differences.length,
    shift: quantile(differences, 0.5),
    interval: shiftInterval(differences, a.length, b.length, confidence),
  };
}

/** The ratio b/a and its interval: the shift of the logarithms. All values must be positive. */
export function compareRatio(a: readonly number[], b: readonly number[], confidence = 0.95): RankComparison {
  const { shift, interval, ...rest } = compareRanks(a.map(Math.log), b.map(Math.log), confidence);
  const [low, high] = [Math.exp(interval.low), Math.exp(interval.high)];
  return { ...rest, shift: Math.exp(shift), interval: { ...interval, low, high } };
}

function exactP(a: readonly number[], b: readonly number[], wins: number): number {
  // Twice the mid-ranks are whole numbers.
  const ranks = midRanks([...a, ...b]).map((rank) => Math.round(2 * rank));
  const counts = subsetSums(ranks, b.length);
  const observed = Math.round(2 * wins) + b.length * (b.length + 1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const upTo = counts.slice(0, observed + 1).reduce((sum, count) => sum + count, 0);
  const from = counts.slice(observed).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * Math.min(upTo, from)) / total);
}

/** By sum: in how many ways `size` of the numbers have it. In floating point, for the counts soon exceed integers. */
function subsetSums(numbers: readonly number[], size: number): Float64Array {
  const most = [...numbers]
    .sort((x, y) => y - x)
    .slice(0, size)
    .reduce((sum, one) => sum + one, 0);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  (ways[0] as Float64Array)[0] = 1;
  for (const [index, number] of numbers.entries()) {
    for (let taken = Math.min(size, index + 1); taken >= 1; taken--) {
      const [from, to] = [ways[taken - 1] as Float64Array, ways[taken] as Float64Array];
      for (let sum = most; sum >= number; sum--) to[sum] = (to[sum] ?? 0) + (from[sum - number] ?? 0);
    }
  }
  return ways[size] as Float64Array;
}

/** With the variance corrected for ties, and for continuity. */
function normalP(a: readonly number[], b: readonly number[], wins: number): number {
  const all = [...a, ...b];
  const n = all.length;
  const counts = new Map<number, number>();
  for (const value of all) counts.set(value, (counts.get(value) ?? 0) + 1);
  const ties = [...counts.values()].reduce((sum, count) => sum + count ** 3 - count, 0);
  const pairs = a.length * b.length;
  const deviation = Math.sqrt((pairs / 12) * (n + 1 - ties / (n * (n - 1))));
  if (deviation === 0) return 1;
  const distance = Math.max(0, Math.abs(wins - pairs / 2) - 0.5);
  return Math.min(1, 2 * normalCdf(-distance / deviation));
}

/** Ranks from 1, equal values sharing the mean of theirs. */
export function midRanks(values: readonly number[]): number[] {
  const order = [...values].sort((x, y) => x - y);
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [at, value] of order.entries()) {
    if (!first.has(value)) first.set(value, at + 1);
    last.set(value, at + 1);
  }
  return values.map((value) => ((first.get(value) ?? 0) + (last.get(value) ?? 0)) / 2);
}

/** Between two of the sorted differences, at the same distance from either end. */
function shiftInterval(sorted: readonly number[], m: number, n: number, confidence: number): Interval {
  const cut = cutOf(m, n, (1 - confidence) / 2);
  return {
    low: cut === 0 ? Number.NEGATIVE_INFINITY : (sorted[cut - 1] ?? Number.NEGATIVE_INFINITY),
    high: cut === 0 ? Number.POSITIVE_INFINITY : (sorted[sorted.length - cut] ?? Number.POSITIVE_INFINITY),
    confidence,
  };
}

/** The largest c for which fewer than c wins are, without a shift, no likelier than `tail`; 0 if there is none. */
function cutOf(m: number, n: number, tail: number): number {
  if (m * n > EXACT_PAIRS) {
    const deviation = Math.sqrt((m * n * (m + n + 1)) / 12);
    return Math.max(0, Math.floor((m * n) / 2 + normalQuantile(tail) * deviation + 0.5));
  }
  const lowest = (n * (n + 1)) / 2;
  const ranks = Array.from({ length: m + n }, (_, index) => index + 1);
  const counts = subsetSums(ranks, n);
  const total = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (let wins = 0; wins <= m * n; wins++) {
    below += (counts[lowest + wins] ?? 0) / total;
    if (below > tail) return wins;
  }
  return 0;
}
