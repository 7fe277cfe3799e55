/** Many comparisons at once. */
import padjust from '@stdlib/stats-padjust';

/**
 * P-values as if each were the only one (Holm, Scandinavian Journal of Statistics 6, 1979, 65–70): the chance that
 * any true hypothesis among them is rejected stays below the level, however they depend on each other.
 */
export function holm(pValues: readonly number[]): number[] {
  return pValues.length === 0 ? [] : [...padjust([...pValues], 'holm')].map(Number);
}
