/** Whether a candidate fails more often than a baseline, judged after every pair of samples. */

/** One sample of each, taken one after the other in either order. */
export interface Pair {
  readonly baseline: boolean;
  readonly candidate: boolean;
}

/** Weight of the prior beneath each rate's running estimate; the value that Turner, Ly and Grünwald found best. */
const PRIOR = 0.18;

/**
 * The evidence that the candidate's rate is the greater, as an e-value: while it isn't, this reaches 1/α in a whole
 * run with a chance of α at most, whenever one looks. So a run may end as soon as it does.
 *
 * It is the product over all pairs of (1 + d·u(candidate)) · (1 − d·u(baseline)), u(y) = (y − m) / (m(1 − m)), where m
 * is the mean of the two rates as estimated before the pair, and d half their difference (0 while that is negative).
 * Under equal rates its mean is 1 − d²·u(rate)², and a smaller rate of the candidate makes it smaller still
 * (Turner, Ly and Grünwald, Generic E-variables for exact sequential k-sample tests, Journal of Statistical Planning
 * and Inference 230, 2024).
 */
export function evidenceOfMore(pairs: readonly Pair[]): number {
  let evidence = 1;
  const bad = { baseline: 0, candidate: 0 };
  for (const [n, pair] of pairs.entries()) {
    const [base, cand] = [bad.baseline, bad.candidate].map((k) => (k + PRIOR) / (n + 2 * PRIOR));
    const mean = ((base as number) + (cand as number)) / 2;
    const half = Math.max(0, ((cand as number) - (base as number)) / 2);
    const score = (seen: boolean): number => ((seen ? 1 : 0) - mean) / (mean * (1 - mean));
    evidence *= (1 + half * score(pair.candidate)) * (1 - half * score(pair.baseline));
    bad.baseline += Number(pair.baseline);
    bad.candidate += Number(pair.candidate);
  }
  return evidence;
}
