/** What each axis changes: exact tests over all pairs of cells that differ in it alone. */
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import type { Scalar } from '../model/scalar.ts';
import type { Interval } from '../model/verdict.ts';
import { holm } from '../verdict/holm.ts';
import type { Count } from '../verdict/rates.ts';
import { type MetricEffect, metricEffect, rateEffect } from '../verdict/strata.ts';
import { valuesOf, varyingAxes } from './describe.ts';
import { pairIndex, spread } from './pairs.ts';
import { focusOf, pairedValues } from './series.ts';

export interface Effect {
  readonly axis: string;
  readonly from: Scalar;
  readonly to: Scalar;
  /** Of cells that differ in this alone. */
  readonly pairs: number;
  /** How much greater the rate is with `to`, -1..1; undefined where nothing failed. */
  readonly difference: number | undefined;
  /** Of the difference, for all effects of the report at once (Bonferroni). */
  readonly interval: Interval;
  /** Corrected for all effects of the report (Holm), as is the metric's. */
  readonly p: number;
  readonly metric: (MetricEffect & { readonly name: string; readonly unit: string }) | undefined;
}

const CONFIDENCE = 0.95;
/** Samples of a cell below which a comparison tells nothing. */
const FEWEST = 3;

/** Comparisons that one report makes at most, and pairs that one is made of: more tell no reader more. */
const MOST_EFFECTS = 60;
const MOST_PAIRS = 200;

/** How many comparisons there would be beyond those that `effectsOf` makes. */
export function leftOut(report: Report): number {
  const cells = report.cells.filter(comparable);
  return Math.max(0, comparisonsOf(cells).length - MOST_EFFECTS);
}

interface Comparison {
  readonly axis: string;
  readonly from: Scalar;
  readonly to: Scalar;
}

function comparisonsOf(cells: readonly ReportCell[]): Comparison[] {
  return varyingAxes(cells).flatMap((axis) => {
    const [from, ...others] = valuesOf(cells, axis);
    return from === undefined ? [] : others.map((to) => ({ axis, from, to }));
  });
}

/**
 * Each value of each axis against the axis' first. Only cells with a fixed and equal number of judged samples are
 * compared: where sampling stopped early, the samples tell that something failed, not how often. Of many pairs, some
 * hundred are taken, evenly from all.
 */
export function effectsOf(report: Report): Effect[] {
  const cells = report.cells.filter(comparable);
  const comparisons = comparisonsOf(cells).slice(0, MOST_EFFECTS);
  const indexes = new Map(
    [...new Set(comparisons.map(({ axis }) => axis))].map((axis) => [axis, pairIndex(cells, axis)]),
  );
  const planned = comparisons.flatMap(({ axis, from, to }) => {
    const all = (indexes.get(axis)?.(from, to) ?? []).filter(
      (pair) => countOf(pair.without).total === countOf(pair.with).total,
    );
    return all.length === 0 ? [] : [{ axis, from, to, pairs: spread(all, MOST_PAIRS) }];
  });
  const confidence = 1 - (1 - CONFIDENCE) / Math.max(1, planned.length);
  const focus = focusOf(report);
  const raw = planned.map(({ pairs, ...what }) => {
    const rate = rateEffect(
      pairs.map((pair) => ({ without: countOf(pair.without), with: countOf(pair.with) })),
      confidence,
    );
    const values = pairs.map((pair) => pairedValues(pair.without, pair.with, focus));
    const metric = metricEffect(values);
    const unit = values.find((one) => one.unit !== '')?.unit ?? '';
    return {
      ...what,
      pairs: pairs.length,
      rate,
      metric: metric && { ...metric, name: focus.title ?? '', unit },
    };
  });
  const rateP = holm(raw.map(({ rate }) => rate.p));
  const metricP = holm(raw.map(({ metric }) => metric?.p ?? 1));
  return raw.map(({ rate: { difference, interval }, metric, ...what }, at) => ({
    ...what,
    difference,
    interval,
    p: rateP[at] ?? 1,
    metric: metric && { ...metric, p: metricP[at] ?? 1 },
  }));
}

function comparable({ verdict, sharedWith }: ReportCell): boolean {
  if (verdict.kind === 'skip' || sharedWith !== undefined) return false;
  return verdict.total >= FEWEST && verdict.method !== 'confidence-sequence';
}

/** Its judged samples; none where it has no verdict. */
export const countOf = ({ verdict }: ReportCell): Count =>
  verdict.kind === 'skip' ? { bad: 0, total: 0 } : { bad: verdict.bad, total: verdict.total };
