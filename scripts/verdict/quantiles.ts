/** How sure a quantile is. */
import type { Interval } from '../model/verdict.ts';
import { binomialPmf } from './distributions.ts';

/**
 * The interval for a quantile, between two of the sorted values: how many lie below the true quantile is binomial,
 * whatever the distribution (David and Nagaraja, Order Statistics, 2003, chapter 7.1). Endless on the side where
 * there are too few values for the confidence.
 */
export function quantileInterval(values: readonly number[], share: number, confidence = 0.95): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  const n = sorted.length;
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let below = 0;
  for (let rank = 1; rank <= n; rank++) {
    below += binomialPmf(rank - 1, n, share);
    if (below <= tail) low = sorted[rank - 1] ?? low;
    if (below >= 1 - tail) {
      high = sorted[rank - 1] ?? high;
      break;
    }
  }
  return { low, high, confidence };
}
