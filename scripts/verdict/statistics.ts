/** Numbers behind a verdict. */
import type { Interval } from '../model/verdict.ts';
import { betaQuantile } from './distributions.ts';

/**
 * The exact interval for the rate of an event seen `k` times in `n` independent trials
 * (Clopper and Pearson, Biometrika 26, 1934, 404–413). With no trials it is 0..1: nothing is known.
 */
export function clopperPearson(k: number, n: number, confidence = 0.95): Interval {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 0 || k > n) {
    throw new RangeError(`no interval for ${k} of ${n}`);
  }
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`no confidence: ${confidence}`);
  const tail = (1 - confidence) / 2;
  return {
    low: k === 0 ? 0 : betaQuantile(tail, k, n - k + 1),
    high: k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k),
    confidence,
  };
}
