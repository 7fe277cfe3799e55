/** The effect of one thing, seen at several points at which all others are the same (strata). */
import { quantile } from '../lib/numbers.ts';
import type { Interval } from '../model/verdict.ts';
import { hypergeometricPmf, normalCdf } from './distributions.ts';
import { midRanks } from './ranks.ts';
import { rateDifference } from './rate-difference.ts';
import type { Count } from './rates.ts';

export interface RateStratum {
  readonly without: Count;
  readonly with: Count;
}

export interface RateEffect {
  /** How much greater the rate is with it, averaged over the strata in which anything failed; undefined when none did. */
  readonly difference: number | undefined;
  readonly interval: Interval;
  /** Two-sided, exact. */
  readonly p: number;
}

/**
 * The exact conditional test of a common odds ratio (Mehta, Patel and Gray, Journal of the American Statistical
 * Association 80, 1985, 969–973): with all margins fixed, the failures with it in each stratum are hypergeometric, and
 * their sum is the statistic. Strata without a failure would only dilute the difference: it and its interval are of the
 * others taken together, which equal numbers of samples in each allow (a sum of unequal rates varies less than the
 * binomial one that the interval reckons with: Hoeffding, Annals of Mathematical Statistics 27, 1956, 713–721).
 */
export function rateEffect(strata: readonly RateStratum[], confidence = 0.95): RateEffect {
  const failing = strata.filter(({ without, with: other }) => without.bad + other.bad > 0);
  if (failing.length === 0) {
    return { difference: undefined, interval: { low: -1, high: 1, confidence }, p: 1 };
  }
  const pooled = (side: 'without' | 'with'): Count =>
    failing.reduce((sum, one) => ({ bad: sum.bad + one[side].bad, total: sum.total + one[side].total }), {
      bad: 0,
      total: 0,
    });
  const [base, other] = [pooled('without'), pooled('with')];
  return {
    difference: other.bad / other.total - base.bad / base.total,
    interval: rateDifference(other, base, confidence),
    p: stratifiedP(failing),
  };
}

/** Of the test alone, two-sided. */
export function stratifiedP(strata: readonly RateStratum[]): number {
  let chances: readonly number[] = [1];
  let observed = 0;
  for (const { without, with: other } of strata) {
    const bad = without.bad + other.bad;
    const own = Array.from({ length: Math.min(bad, other.total) + 1 }, (_, x) =>
      hypergeometricPmf(x, without.total + other.total, bad, other.total),
    );
    chances = convolve(chances, own);
    observed += other.bad;
  }
  const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);
  return Math.min(1, 2 * Math.min(sum(chances.slice(0, observed + 1)), sum(chances.slice(observed))));
}

function convolve(a: readonly number[], b: readonly number[]): number[] {
  const result = new Array<number>(a.length + b.length - 1).fill(0);
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries()) result[i + j] = (result[i + j] ?? 0) + x * y;
  }
  return result;
}

export interface MetricEffect {
  /** The median of all differences within strata, in the values' unit. */
  readonly shift: number;
  /** Two-sided. */
  readonly p: number;
}

export interface MetricStratum {
  readonly without: readonly number[];
  readonly with: readonly number[];
}

/** Of which the median is taken; beyond it each stratum gives evenly spaced ones of its ordered values. */
const MOST_DIFFERENCES = 1_000_000;

function thinned(values: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values;
  const sorted = [...values].sort((a, b) => a - b);
  return Array.from(
    { length: most },
    (_, at) => sorted[Math.floor(((at + 0.5) * sorted.length) / most)] ?? 0,
  );
}

/**
 * Van Elteren's test (Bulletin of the International Statistical Institute 37, 1960, 351–361): the rank sums of the
 * strata, weighted by 1/(N + 1), by their normal approximation with ties; and the median of all differences within
 * strata. Undefined when no stratum has values on both sides.
 */
export function metricEffect(strata: readonly MetricStratum[]): MetricEffect | undefined {
  const both = strata.filter((one) => one.without.length > 0 && one.with.length > 0);
  if (both.length === 0) return undefined;
  let [statistic, mean, variance] = [0, 0, 0];
  for (const { without, with: other } of both) {
    const ranks = midRanks([...without, ...other]);
    const n = ranks.length;
    const weight = 1 / (n + 1);
    const sum = ranks.slice(without.length).reduce((total, one) => total + one, 0);
    const spread = ranks.reduce((total, rank) => total + (rank - (n + 1) / 2) ** 2, 0) / (n - 1);
    statistic += weight * sum;
    mean += weight * other.length * ((n + 1) / 2);
    variance += weight ** 2 * ((without.length * other.length) / n) * spread;
  }
  const side = Math.max(2, Math.floor(Math.sqrt(MOST_DIFFERENCES / both.length)));
  const differences = both.flatMap((one) => {
    const lows = thinned(one.without, side);
    return thinned(one.with, side).flatMap((high) => lows.map((low) => high - low));
  });
  const z = variance === 0 ? 0 : Math.abs(statistic - mean) / Math.sqrt(variance);
  return { shift: quantile(differences, 0.5), p: Math.min(1, 2 * normalCdf(-z)) };
}
