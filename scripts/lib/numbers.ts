/**
 * Extremes and quantiles of any number of values: `Math.max` takes them as arguments, and a stack holds some hundred
 * thousand.
 */

/** −Infinity of none. */
export function largest(values: Iterable<number>): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > found) found = value;
  return found;
}

/** Infinity of none. */
export function smallest(values: Iterable<number>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const value of values) if (value < found) found = value;
  return found;
}

/** By linear interpolation between the sorted values (Hyndman and Fan's type 7, that of R and NumPy). NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low === high ? low : low + (high - low) * (position - Math.floor(position));
}
