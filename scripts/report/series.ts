/**
 * What was measured, by metric and case: two cases of a cell measure different things under one name (a case
 * that expects an OOM kill always peaks at the limit), so their values are never shown as one distribution.
 */
import type { ReportCell, ReportSample } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { metricsOf } from '../model/symptom.ts';
import { oneLine } from './text.ts';

/** Metrics that tell most about a cell when the symptom names none, best first. */
const TELLING_METRICS = ['memory.peak', 'memory.max_usage_in_bytes'];

export interface SeriesKey {
  readonly metric: string;
  readonly unit: string;
  readonly case: string;
}

export interface Series extends SeriesKey {
  readonly points: readonly { readonly sample: ReportSample; readonly value: number }[];
  readonly values: readonly number[];
}

/** What to show of every cell where there is room for one series. */
export interface Focus {
  /** A cell shows the first of these that it has. */
  readonly metrics: readonly string[];
  readonly case: string | undefined;
  /** In words: `memory.peak in pod-start`; undefined when nothing was measured. */
  readonly title: string | undefined;
}

/** Undefined when the cell has no such values. */
export function seriesOf(cell: ReportCell, key: SeriesKey): Series | undefined {
  const points = cell.samples.flatMap((sample) => {
    const measured = sample.case === key.case ? sample.metrics[key.metric] : undefined;
    return measured?.unit === key.unit ? [{ sample, value: measured.value }] : [];
  });
  return points.length === 0 ? undefined : { ...key, points, values: points.map(({ value }) => value) };
}

/** Every series that some cell has: by case, those that expect no kill first, and then by metric. */
export function seriesKeys(report: Report): SeriesKey[] {
  const keys = new Map<string, SeriesKey>();
  for (const { case: caseId, metrics } of report.cells.flatMap(({ samples }) => samples)) {
    for (const [metric, { unit }] of Object.entries(metrics)) {
      keys.set(JSON.stringify([metric, unit, caseId]), { metric, unit, case: caseId });
    }
  }
  const cases = casesByWeight(report);
  const preferred = preferredMetrics(report);
  const weight = ({ metric, unit }: SeriesKey): number => {
    const at = preferred.indexOf(metric);
    return at >= 0 ? at : preferred.length + (unit === 'bytes' ? 0 : 1);
  };
  return [...keys.values()].sort(
    (a, b) => cases.indexOf(a.case) - cases.indexOf(b.case) || weight(a) - weight(b),
  );
}

export function focusOf(report: Report): Focus {
  const keys = seriesKeys(report);
  const preferred = preferredMetrics(report);
  const first = keys.find(({ metric }) => preferred.includes(metric)) ?? keys[0];
  if (first === undefined) return { metrics: [], case: undefined, title: undefined };
  const wanted = preferred.includes(first.metric) ? preferred : [first.metric];
  const metrics = wanted.filter((name) =>
    keys.some(({ metric, case: caseId }) => metric === name && caseId === first.case),
  );
  const where = new Set(keys.map(({ case: caseId }) => caseId)).size > 1 ? ` in ${first.case}` : '';
  return { metrics, case: first.case, title: oneLine(metrics.join(', or else ') + where) };
}

/** The series to show of a cell where there is room for one. */
export function headlineOf(cell: ReportCell, focus: Focus): Series | undefined {
  for (const metric of focus.metrics) {
    const unit = cell.samples.find((sample) => sample.case === focus.case && sample.metrics[metric])?.metrics[
      metric
    ]?.unit;
    if (unit !== undefined && focus.case !== undefined)
      return seriesOf(cell, { metric, unit, case: focus.case });
  }
  return undefined;
}

/** The metrics that the symptom names, or else the peaks of memory, that some sample has. */
function preferredMetrics(report: Report): string[] {
  const known = new Set(report.cells.flatMap(({ metrics }) => Object.keys(metrics)));
  return [...new Set([...metricsOf(report.symptom), ...TELLING_METRICS])].filter((name) => known.has(name));
}

function casesByWeight(report: Report): string[] {
  const samples = report.cells.flatMap((cell) => cell.samples);
  const expecting = new Set(
    samples.filter(({ oomKills }) => oomKills.some(({ expected }) => expected)).map((sample) => sample.case),
  );
  const cases = [...new Set([...report.suite.cases, ...samples.map((sample) => sample.case)])];
  return cases.sort((a, b) => Number(expecting.has(a)) - Number(expecting.has(b)));
}

/** The values of two cells under one metric; none where they have different ones (cgroup v1 and v2 name their peaks otherwise). */
export function pairedValues(
  one: ReportCell,
  other: ReportCell,
  focus: Focus,
): { readonly without: readonly number[]; readonly with: readonly number[]; readonly unit: string } {
  const [a, b] = [headlineOf(one, focus), headlineOf(other, focus)];
  if (a === undefined || b === undefined || a.metric !== b.metric || a.unit !== b.unit) {
    return { without: [], with: [], unit: '' };
  }
  return { without: a.values, with: b.values, unit: a.unit };
}
