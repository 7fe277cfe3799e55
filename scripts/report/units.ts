/** Values as people read them. Bytes become KiB, MiB, GiB; `ms` becomes s and min; other units stay. */
import { oneLine } from '../lib/plain.ts';

interface Scale {
  readonly unit: string;
  readonly factor: number;
}

const BYTES: readonly Scale[] = [
  { unit: 'B', factor: 1 },
  { unit: 'KiB', factor: 1024 },
  { unit: 'MiB', factor: 1024 ** 2 },
  { unit: 'GiB', factor: 1024 ** 3 },
];
const MILLISECONDS: readonly Scale[] = [
  { unit: 'ms', factor: 1 },
  { unit: 's', factor: 1000 },
];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The scale in which `magnitude`, a value of `unit`, reads best. */
export function scaleFor(unit: string, magnitude: number): Scale {
  const scales =
    unit === 'bytes' ? BYTES : unit === 'ms' ? MILLISECONDS : [{ unit: oneLine(unit), factor: 1 }];
  const fitting = scales.filter((scale) => Math.abs(magnitude) >= scale.factor);
  return fitting.at(-1) ?? scales[0] ?? { unit, factor: 1 };
}

/** Three significant digits: `3.37`, `13.3`, `104`. Whole numbers stay whole. */
function decimalsFor(scaled: number): number {
  if (Number.isInteger(scaled)) return 0;
  const magnitude = Math.abs(scaled);
  return magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
}

/** `formatValue(3534848, 'bytes')` is `3.37 MiB`. */
export function formatValue(value: number, unit: string): string {
  const scale = scaleFor(unit, value);
  const scaled = value / scale.factor;
  return `${scaled.toFixed(decimalsFor(scaled))} ${scale.unit}`.trim();
}

export const formatBytes = (bytes: number): string => formatValue(bytes, 'bytes');

/** A duration: `850 ms`, `12.3 s`, `3 min 12 s`, `1 h 04 min`. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${(ms / 1000).toFixed(1)} s`;
  const [small, bigUnit, smallUnit] = ms < HOUR ? [1000, 'min', 's'] : [MINUTE, 'h', 'min'];
  const count = Math.round(ms / small);
  const rest = String(count % 60).padStart(2, '0');
  return `${Math.floor(count / 60)} ${bigUnit} ${rest} ${smallUnit}`;
}

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
