/** Intervals that hold whenever one stops, and how many samples a claim takes. */
import type { Interval } from '../model/verdict.ts';
import { lnBeta } from './distributions.ts';

/** The share of the mixture that bets on a rate of 0; the rest is spread over all rates by Jeffreys' Beta(½, ½). */
const NEVER = 0.5;
const PRIOR = 0.5;

/**
 * A confidence sequence for the rate of an event seen `k` times in `n` trials: the true rate lies within it after
 * every sample at once, with the given confidence, so the number of samples may depend on what was seen.
 *
 * For each rate p, the likelihood under a mixture of rates, divided by that under p, is a martingale with mean 1 if p
 * is true; by Ville's inequality it ever reaches 1/α with a chance of α at most. The sequence holds the rates for
 * which it has not (Robbins, Annals of Mathematical Statistics 41, 1970, 1397–1409; Howard et al., Annals of
 * Statistics 49, 2021, 1055–1080). With half of the mixture at 0, an event that was never seen gets nearly the
 * interval of Clopper and Pearson, which does not allow to stop early.
 */
export function confidenceSequence(k: number, n: number, confidence = 0.95): Interval {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 0 || k > n) {
    throw new RangeError(`no interval for ${k} of ${n}`);
  }
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`no confidence: ${confidence}`);
  const spread = (1 - NEVER) * Math.exp(lnBeta(PRIOR + k, PRIOR + n - k) - lnBeta(PRIOR, PRIOR));
  // The likelihood below which a rate is left out.
  const least = Math.log((k === 0 ? NEVER : 0) + spread) + Math.log(1 - confidence);
  const likelihood = (rate: number): number =>
    (k === 0 ? 0 : k * Math.log(rate)) + (k === n ? 0 : (n - k) * Math.log1p(-rate));
  const within = (rate: number): boolean => likelihood(rate) > least;
  const best = n === 0 ? 0.5 : k / n;
  return {
    low: k === 0 ? 0 : boundary(best, 0, within),
    high: k === n ? 1 : boundary(best, 1, within),
    confidence,
  };
}

/** Where, from `inside` towards `outside`, the interval ends; `outside` itself is never within it. */
function boundary(inside: number, outside: number, within: (rate: number) => boolean): number {
  let [near, far] = [inside, outside];
  for (let step = 0; step < 60; step++) {
    const middle = (near + far) / 2;
    if (within(middle)) near = middle;
    else far = middle;
  }
  return far;
}

/** Samples without the event after which its rate is below `rate`: the smallest n whose interval ends there. */
export function samplesToClaim(
  rate: number,
  confidence: number,
  interval: typeof confidenceSequence = confidenceSequence,
): number {
  if (!(rate > 0 && rate < 1)) throw new RangeError(`no rate: ${rate}`);
  let [low, high] = [0, 1];
  while (interval(0, high, confidence).high > rate) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (interval(0, middle, confidence).high > rate) low = middle;
    else high = middle;
  }
  return high;
}
