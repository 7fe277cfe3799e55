/** Many comparisons at once. Pure. */

/**
 * P-values as if each were the only one (Holm, Scandinavian Journal of Statistics 6, 1979, 65–70): the chance that
 * any true hypothesis among them is rejected stays below the level, however they depend on each other.
 */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = pValues.map(() => 0);
  const order = pValues.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  let least = 0;
  for (const [rank, { p, at }] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (pValues.length - rank)));
    adjusted[at] = least;
  }
  return adjusted;
}
