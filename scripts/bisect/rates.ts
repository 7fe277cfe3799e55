/**
 * How probable counts are when nobody knows the rates behind them.
 *
 * Two unknown rates, `old` below `new`, each with Jeffreys' prior Beta(1/2, 1/2), and between them the one thing
 * that is known: the new one is the higher. Without that order the marginal likelihood is the Beta–Bernoulli
 * one, B(hits + 1/2, misses + 1/2) / B(1/2, 1/2), on either side. With it, there is no closed form, and a sum
 * over a grid does: Jeffreys' prior is uniform in arcsin √rate, so equal steps there are equal weights.
 */

/** Samples that showed what is counted, and those that didn't. */
export interface Tally {
  readonly hits: number;
  readonly misses: number;
}

export interface Marginal {
  /** Natural logarithm of the probability of these counts in their order, up to a constant that is always the same. */
  readonly logEvidence: number;
  /** Expected rates, given the counts. */
  readonly oldRate: number;
  readonly newRate: number;
}

/**
 * Points of the grid. The posterior of a rate after n samples is about 1 / (2 √n) wide in arcsin √rate, a step
 * of the grid π / (2 · 128) ≈ 0.012: fine enough for well over a thousand samples a side.
 */
const POINTS = 128;

const RATES = Float64Array.from(
  { length: POINTS },
  (_, j) => Math.sin((Math.PI * (j + 0.5)) / (2 * POINTS)) ** 2,
);
const LOG_HIT = RATES.map(Math.log);
const LOG_MISS = RATES.map((rate) => Math.log1p(-rate));

/** Of what was seen where the rate is the old one, and where it is the new one. */
export function marginal(old: Tally, recent: Tally): Marginal {
  const [a, logA] = likelihoods(old);
  const [b, logB] = likelihoods(recent);
  let [evidence, oldSum, newSum] = [0, 0, 0];
  // Sums over the old rates below the new one; half of the point at which they are equal.
  let [below, belowRates] = [0, 0];
  for (let j = 0; j < POINTS; j++) {
    const [here, there, rate] = [a[j] ?? 0, b[j] ?? 0, RATES[j] ?? 0];
    const mass = below + here / 2;
    evidence += there * mass;
    oldSum += there * (belowRates + (here * rate) / 2);
    newSum += there * rate * mass;
    below += here;
    belowRates += here * rate;
  }
  return {
    logEvidence: Math.log(evidence) + logA + logB,
    oldRate: oldSum / evidence,
    newRate: newSum / evidence,
  };
}

/** How sure it is that the new rate is the higher, when that isn't taken for granted: 0…1. */
export function surenessOfRise(old: Tally, recent: Tally): number {
  const rise = marginal(old, recent).logEvidence;
  const fall = marginal(recent, old).logEvidence;
  return 1 / (1 + Math.exp(fall - rise));
}

/** The likelihood at each point of the grid, scaled so that the largest is 1, and the logarithm of the scale. */
function likelihoods({ hits, misses }: Tally): [Float64Array, number] {
  const logs = LOG_HIT.map((log, j) => hits * log + misses * (LOG_MISS[j] ?? 0));
  const largest = logs.reduce((most, log) => Math.max(most, log), Number.NEGATIVE_INFINITY);
  return [logs.map((log) => Math.exp(log - largest)), largest];
}
