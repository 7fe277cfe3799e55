/** Values as people read them, several at a time: spreads and intervals. */
import { decimalsFor, formatValue, scaleFor } from '../lib/units.ts';

export interface Summary {
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
}

/** Quartiles by linear interpolation between the sorted values; undefined when there are none. */
export function summarise(values: readonly number[]): Summary | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const at = (share: number): number => {
    const position = share * (sorted.length - 1);
    const low = sorted[Math.floor(position)] ?? Number.NaN;
    const high = sorted[Math.ceil(position)] ?? Number.NaN;
    return low + (high - low) * (position - Math.floor(position));
  };
  return { min: at(0), q1: at(0.25), median: at(0.5), q3: at(0.75), max: at(1) };
}

/** Min–median–max in one unit, `9.36–12.10–13.96 MiB`; undefined when there are no values. */
export function formatSpread(values: readonly number[], unit: string): string | undefined {
  const summary = summarise(values);
  if (summary === undefined) return undefined;
  const scale = scaleFor(unit, summary.max);
  const scaled = [summary.min, summary.median, summary.max].map((value) => value / scale.factor);
  if (scaled[0] === scaled[2]) return formatValue(summary.max, unit);
  const decimals = scaled.every(Number.isInteger) ? 0 : decimalsFor((scaled[2] ?? 0) + 1e-9);
  return `${scaled.map((value) => value.toFixed(decimals)).join('–')} ${scale.unit}`.trim();
}

/** The ends of an interval in per cent, rounded outwards so that it never looks narrower than it is. */
export function formatInterval(interval: { readonly low: number; readonly high: number }): string {
  // Away from binary fractions: 0.29 * 100 is 28.999999999999996.
  const percent = (share: number): number => Number((share * 100).toFixed(6));
  return `${Math.floor(percent(interval.low))}–${Math.ceil(percent(interval.high))}%`;
}
