/** Summaries of repeated measurements. Pure. */

export interface Spread {
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Undefined for no values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return undefined;
  const at = (sorted.length - 1) / 2;
  const [below, above] = [sorted[Math.floor(at)] ?? min, sorted[Math.ceil(at)] ?? max];
  return { n: sorted.length, min, median: (below + above) / 2, max };
}

/** Round by round, so that what slowed the host down slowed both: pairs without both values are left out. */
export function ratios(
  above: readonly (number | undefined)[],
  below: readonly (number | undefined)[],
): number[] {
  return above.flatMap((value, round) => {
    const other = below[round];
    return value === undefined || other === undefined || other === 0 ? [] : [value / other];
  });
}

/** Three significant digits: `0.463 s`, `11.6 s`, `134 s`. */
export function seconds(ms: number): string {
  return `${digits(ms / 1000)} s`;
}

export function digits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function spreadText(spread: Spread, format: (value: number) => string): string {
  return `${format(spread.median)} (${format(spread.min)}–${format(spread.max)})`;
}
