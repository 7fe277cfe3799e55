/** What the cells that were run tell of each axis. Pure. */

import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { pointsText } from '../report/effect-words.ts';
import { countOf } from '../report/effects.ts';
import { type Pair, pairIndex } from '../report/pairs.ts';
import { focusOf, pairedValues } from '../report/series.ts';
import { sameValue } from '../scenario/select.ts';
import { holm } from '../verdict/holm.ts';
import { rateDifference } from '../verdict/rate-difference.ts';
import type { Count } from '../verdict/rates.ts';
import { metricEffect, rateEffect } from '../verdict/strata.ts';
import type { AxisFinding, Ends, Interaction, Isolation, Role } from './types.ts';
import { axisWords } from './words.ts';

export interface Analysis {
  readonly axes: readonly AxisFinding[];
  readonly interactions: readonly Interaction[];
}

export function analyse(
  report: Report,
  ends: Ends,
  cause: readonly string[] | undefined,
  { confidence, looks }: { readonly confidence: number; readonly looks: number },
): Analysis {
  const cells = report.cells.filter((cell) => cell.verdict.kind !== 'skip');
  const focus = focusOf(report);
  const whole = rateIn(cells, ends);
  // What is cleared is cleared for all axes and all looks at once (Bonferroni).
  const each = 1 - (1 - confidence) / Math.max(1, ends.axes.length * looks);
  const raw = ends.axes.map((axis) => {
    const pairs = between(cells, ends, axis);
    const rate = rateEffect(
      pairs.map((pair) => ({ without: countOf(pair.without), with: countOf(pair.with) })),
      each,
    );
    const values = pairs.map((pair) => pairedValues(pair.without, pair.with, focus));
    const unit = values.find((one) => one.unit !== '')?.unit;
    const metric = metricEffect(values);
    return { axis, pairs, rate, metric: metric && { ...metric, name: focus.title ?? '', unit: unit ?? '' } };
  });
  const corrected = (pValues: readonly number[]) => holm(pValues).map((p) => Math.min(1, p * looks));
  const rateP = corrected(raw.map(({ rate }) => rate.p));
  const metricP = corrected(raw.map(({ metric }) => metric?.p ?? 1));
  const axes = raw.map(({ axis, pairs, rate, metric }, at): AxisFinding => {
    const p = rateP[at] ?? 1;
    const finding = {
      axis,
      from: String(ends.pass.axes[axis]),
      to: String(ends.fail.axes[axis]),
      inCause: cause?.includes(axis) ?? false,
      pairs: pairs.length,
      p,
      rate: { estimate: rate.difference, low: rate.interval.low, high: rate.interval.high },
      metric: metric === undefined ? undefined : { ...metric, p: metricP[at] ?? 1 },
    };
    const role = roleOf(finding, pairs, whole, 1 - confidence);
    return { ...finding, role, because: axisWords(finding, role, 1 - confidence) };
  });
  return { axes, interactions: interactionsOf(cells, ends, axes, confidence) };
}

/** The cells in which more samples may tell whether an axis that is open still matters. */
export function undecidedCells(report: Report, ends: Ends, { axes }: Pick<Isolation, 'axes'>): string[] {
  const cells = report.cells.filter((cell) => cell.verdict.kind !== 'skip');
  const open = axes.filter(({ role }) => role === 'open');
  const pairs = open.flatMap(({ axis }) => between(cells, ends, axis));
  const failing = pairs.filter((pair) => countOf(pair.without).bad + countOf(pair.with).bad > 0);
  return [...new Set(failing.flatMap((pair) => [pair.without.id, pair.with.id]))];
}

/** How far apart the ends are. */
function rateIn(cells: readonly ReportCell[], { fail, pass }: Ends): number {
  const rate = (id: string) => {
    const cell = cells.find((one) => one.id === id);
    const { bad, total } = cell === undefined ? { bad: 0, total: 0 } : countOf(cell);
    return total === 0 ? 0 : bad / total;
  };
  return rate(fail.id) - rate(pass.id);
}

function roleOf(
  { inCause, rate, p }: Pick<AxisFinding, 'inCause' | 'rate' | 'p'>,
  pairs: readonly Pair<ReportCell>[],
  whole: number,
  level: number,
): Role {
  const clean = pairs.every(({ without }) => countOf(without).bad === 0);
  const significant = p <= level;
  if (significant && inCause && clean) return 'decides';
  if (significant) return 'rate';
  // Cleared: it can't account for half of what lies between the ends.
  const small = Math.max(Math.abs(rate.low), Math.abs(rate.high)) < whole / 2;
  return small ? 'cleared' : 'open';
}

/** Every two cells that were run and differ in `axis` alone, and lie between the ends. */
const between = (cells: readonly ReportCell[], { fail, pass }: Ends, axis: string): Pair<ReportCell>[] =>
  pairIndex(cells, axis)(pass.axes[axis] ?? '', fail.axes[axis] ?? '');

/** Axes whose effect at one value of another differs from that at the other: their intervals don't meet. */
function interactionsOf(
  cells: readonly ReportCell[],
  ends: Ends,
  axes: readonly AxisFinding[],
  confidence: number,
): Interaction[] {
  const deciding = axes.filter(({ role }) => role === 'decides' || role === 'rate');
  return deciding.flatMap(({ axis, role }) =>
    deciding.flatMap((other): Interaction[] => {
      // Said once of two: of the one that only changes the rate.
      if (other.axis === axis || role === 'decides') return [];
      const pairs = between(cells, ends, axis);
      const effect = (value: string) => {
        const own = pairs.filter(({ with: cell }) => sameValue(cell.axes[other.axis] ?? '', value));
        const sum = (side: keyof Pair<ReportCell>): Count =>
          own
            .map((pair) => countOf(pair[side]))
            .reduce((a, b) => ({ bad: a.bad + b.bad, total: a.total + b.total }), ZERO);
        const [base, cand] = [sum('without'), sum('with')];
        return { base, cand, interval: rateDifference(cand, base, confidence) };
      };
      const [at, away] = [effect(other.to), effect(other.from)];
      if (at.base.total === 0 || away.base.total === 0) return [];
      if (at.interval.low <= away.interval.high && away.interval.low <= at.interval.high) return [];
      const because =
        `${axis} matters with ${other.axis} ${other.to} (${pointsText(at.interval)}), ` +
        `not so with ${other.from} (${pointsText(away.interval)})`;
      return [{ axis, with: other.axis, because }];
    }),
  );
}

const ZERO: Count = { bad: 0, total: 0 };
