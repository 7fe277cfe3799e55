/** Values as people read them: the one place that says how bytes, durations and percentages are written. */
import { oneLine } from './plain.ts';

interface Scale {
  readonly unit: string;
  readonly factor: number;
}

const BYTES: readonly Scale[] = [
  { unit: 'B', factor: 1 },
  { unit: 'KiB', factor: 1024 },
  { unit: 'MiB', factor: 1024 ** 2 },
  { unit: 'GiB', factor: 1024 ** 3 },
  { unit: 'TiB', factor: 1024 ** 4 },
];
const MILLISECONDS: readonly Scale[] = [
  { unit: 'ms', factor: 1 },
  { unit: 's', factor: 1000 },
];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The scale in which `magnitude`, a value of `unit`, reads best: bytes and `ms` have several, other units one. */
export function scaleFor(unit: string, magnitude: number): Scale {
  const scales =
    unit === 'bytes' ? BYTES : unit === 'ms' ? MILLISECONDS : [{ unit: oneLine(unit), factor: 1 }];
  const fitting = scales.filter((scale) => Math.abs(magnitude) >= scale.factor);
  return fitting.at(-1) ?? scales[0] ?? { unit, factor: 1 };
}

/** Three significant digits: `3.37`, `13.3`, `104`. Whole numbers stay whole. */
export function decimalsFor(scaled: number): number {
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

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A share in per cent, to four decimals where it has them: `95%`, `99.9%`. */
export const formatShare = (share: number): string => `${Number((share * 100).toFixed(4))}%`;
