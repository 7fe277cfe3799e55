/** What an axis changes, in words. */
import { formatValue } from '../lib/units.ts';
import type { Report } from '../model/report.ts';
import { phrase } from './describe.ts';
import { type Effect, effectsOf, leftOut } from './effects.ts';
import { plural } from './text.ts';

const LEVEL = 0.05;

/** A share of -1..1 in percentage points, `+63`, `−5`. */
export const points = (share: number): string =>
  `${share < 0 ? '−' : share > 0 ? '+' : ''}${Math.abs(Math.round(share * 100))}`;

/** `+40 to +80 points`. */
export const pointsText = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  `${points(low)} to ${points(high)} points`;

/** `p < 0.001`, `p = 0.042`. */
export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/** `memory.peak by +7.99 MiB (p < 0.001)`. */
export const shiftText = ({
  name,
  unit,
  shift,
  p,
}: {
  readonly name: string;
  readonly unit: string;
  readonly shift: number;
  readonly p: number;
}): string => `${name} by ${shift < 0 ? '−' : '+'}${formatValue(Math.abs(shift), unit)} (${pText(p)})`;

/** One sentence an effect; none when cells can't be compared. */
export function effectWords(report: Report): string[] {
  const left = leftOut(report);
  const more = left === 0 ? [] : [`${plural(left, 'more comparison')} of values left out`];
  return [...effectsOf(report).map(sentence), ...more];
}

/** How they were found. */
export const EFFECT_TERMS =
  'exact stratified tests over pairs of cells that differ in one axis alone, metrics by van Elteren’s rank test, ' +
  'corrected by Holm; 95% intervals for all at once';

function sentence({ axis, from, to, difference, interval, p, metric }: Effect): string {
  const change = `${phrase(axis, String(from))} → ${phrase(axis, String(to))}`;
  const moved = metric !== undefined && metric.p <= LEVEL;
  if (difference !== undefined && p <= LEVEL) {
    const more = moved ? `; it moves ${shiftText(metric)}` : '';
    return `${change} changes the rate by ${points(difference)} points (${pointsText(interval)}, ${pText(p)})${more}`;
  }
  const rate =
    difference === undefined
      ? 'nothing failed with either'
      : `no difference of rates is shown (${pointsText(interval)}, ${pText(p)})`;
  if (!moved) return `${change}: ${rate}`;
  return `${change}: ${rate}; it moves ${shiftText(metric)}, which settles what pass and fail could not`;
}
