/**
 * The cells of a report on a terminal: a table where it fits; where it doesn't, the axes that vary slowest
 * become headings until it does; at last two lines a cell.
 */
import type { createColors } from 'picocolors';
import { largest } from '../lib/numbers.ts';
import { formatValue } from '../lib/units.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { labelOf, memoryLimitOf, shownValue, varyingAxes } from './describe.ts';
import { intervalText, intervalTitle, methodsOf, rateOf, rateText, signed } from './findings.ts';
import { type Focus, focusOf, headlineOf, type Series } from './series.ts';
import { alignRows, columnWidths, type TableCell, type TableRow, tableWidth } from './table.ts';
import { oneLine, wrap } from './text.ts';
import { formatSpread, summarise } from './units.ts';

export type Colors = ReturnType<typeof createColors>;

const INDENT = '  ';
const PLOT_WIDTH = 24;
const SHORT_HEADERS: ReadonlyMap<string, string> = new Map([
  ['cgroupDriver', 'driver'],
  ['memoryLimit', 'limit'],
]);

interface View {
  readonly report: Report;
  readonly colors: Colors;
  readonly varying: readonly string[];
  readonly focus: Focus;
  readonly expectations: boolean;
  readonly plot: Plot | undefined;
}

/** One scale for all cells, from 0 to `max`; only where all show a metric in the same unit. */
interface Plot {
  readonly max: number;
  readonly unit: string;
  readonly limited: boolean;
}

/** `varying`: axes of which the report has several values, also where these cells have one. */
export function renderCells(
  report: Report,
  colors: Colors,
  width: number,
  varying: readonly string[] = varyingAxes(report.cells),
): string[] {
  const focus = focusOf(report);
  const expectations = report.cells.some(({ expected }) => expected !== undefined);
  const view: View = { report, colors, varying, focus, expectations, plot: plotOf(report, focus) };
  return [...table(view, width - INDENT.length), ...legend(view, width)].map((line) =>
    line === '' ? '' : INDENT + line,
  );
}

function table(view: View, width: number): string[] {
  const { varying } = view;
  const { cells } = view.report;
  const axes = varying.length > 0 ? varying : Object.keys(cells[0]?.axes ?? {}).slice(0, 1);
  for (let headed = 0; headed < Math.max(1, axes.length); headed++) {
    const inRow = axes.slice(headed);
    for (const plot of headed === 0 ? [view.plot, undefined] : [undefined]) {
      const attempt = { ...view, plot };
      const rows = [header(attempt, inRow), ...cells.map((cell) => row(attempt, cell, inRow))];
      const widths = columnWidths(rows);
      if (tableWidth(widths) <= width)
        return grouped(attempt, alignRows(rows, widths), axes.slice(0, headed));
    }
  }
  return cells.flatMap((cell) => stacked(view, cell, varying));
}

/** Puts a heading before each run of cells that share the values of `headings`. */
function grouped({ report, colors }: View, rows: readonly string[], headings: readonly string[]): string[] {
  const [head = '', ...body] = rows;
  if (headings.length === 0) return rows.slice();
  let previous = '';
  const lines = [head];
  for (const [at, cell] of report.cells.entries()) {
    const title = labelOf(cell, headings);
    if (title !== previous) lines.push(...(previous === '' ? [] : ['']), colors.bold(title));
    previous = title;
    lines.push(body[at] ?? '');
  }
  return lines;
}

function header({ report, colors, focus, expectations, plot }: View, axes: readonly string[]): TableRow {
  const titles: TableCell[] = [
    ...axes.map((axis) => ({ text: SHORT_HEADERS.get(axis) ?? oneLine(axis) })),
    { text: 'verdict' },
    { text: 'bad', align: 'right' },
    { text: intervalTitle(report), align: 'right' },
  ];
  if (focus.title !== undefined) {
    const [only, ...others] = focus.metrics;
    titles.push({
      text: only !== undefined && others.length === 0 ? oneLine(only) : 'metric',
      align: 'right',
    });
  }
  if (plot !== undefined) titles.push({ text: plotHeader(plot) });
  if (expectations) titles.push({ text: 'expected' });
  return titles.map((title) => ({ ...title, paint: colors.dim }));
}

function row(view: View, cell: ReportCell, axes: readonly string[]): TableRow {
  const { colors, focus, plot } = view;
  const rate = rateOf(cell);
  const paint = verdictPaint(view, cell);
  const metric = headlineOf(cell, focus);
  const cells: TableCell[] = [
    ...axes.map((axis) => ({ text: shownValue(cell, axis), paint: colors.bold })),
    { text: signed(cell), paint },
    { text: rate === undefined ? '' : `${rate.bad}/${rate.total}`, align: 'right', paint },
    { text: intervalText(cell), align: 'right' },
  ];
  if (focus.title !== undefined) cells.push({ text: spreadOf(metric) ?? '', align: 'right' });
  if (plot !== undefined) cells.push({ text: plotLine(plot, cell, metric), paint: colors.cyan });
  if (view.expectations) cells.push(expectation(view, cell));
  return cells;
}

function expectation({ colors }: View, { expected, verdict }: ReportCell): TableCell {
  if (expected === undefined) return { text: '' };
  if (!expected.met && verdict.kind === 'skip') return { text: 'unknown', paint: colors.yellow };
  if (expected.met) return { text: 'yes', paint: colors.green };
  return { text: `NO: ${expected.verdict}`, paint: (text) => colors.bold(colors.red(text)) };
}

function stacked(view: View, cell: ReportCell, varying: readonly string[]): string[] {
  const { colors, focus } = view;
  const { expected } = cell;
  const metric = headlineOf(cell, focus);
  const spread = spreadOf(metric);
  const missed = expected === undefined ? undefined : expectation(view, cell);
  const facts = [
    rateOf(cell) === undefined ? undefined : rateText(cell).replace(' (', ' bad ('),
    metric === undefined ? undefined : `${oneLine(metric.metric)} ${spread}`,
    missed === undefined ? undefined : `expected: ${(missed.paint ?? String)(missed.text)}`,
  ];
  return [
    `${verdictPaint(view, cell)(signed(cell))}  ${colors.bold(labelOf(cell, varying))}`,
    ...facts.filter((fact) => fact !== undefined).map((fact) => INDENT + INDENT + fact),
  ];
}

function verdictPaint({ colors }: View, { verdict }: ReportCell): (text: string) => string {
  return { good: colors.green, bad: colors.red, skip: colors.yellow }[verdict.kind];
}

const spreadOf = (metric: Series | undefined): string | undefined =>
  metric && formatSpread(metric.values, metric.unit);

function legend({ report, colors, focus, plot }: View, width: number): string[] {
  const methods = methodsOf(report);
  const parts = methods.length === 0 ? [] : [`${intervalTitle(report)}: ${methods.join('; ')}`];
  if (focus.title !== undefined) parts.push(`min–median–max of ${focus.title}`);
  if (plot !== undefined && width > 100)
    parts.push(`├─┤ min–max, ● median${plot.limited ? ', ┊ memory limit' : ''}`);
  return wrap(parts.join(' · '), width - INDENT.length).map((line) => colors.dim(line));
}

function plotOf({ cells }: Report, focus: Focus): Plot | undefined {
  const shown = cells.flatMap((cell) => headlineOf(cell, focus) ?? []);
  const [first] = shown;
  if (first === undefined || shown.some(({ unit }) => unit !== first.unit)) return undefined;
  const most = largest(shown.map(({ values }) => summarise(values)?.max ?? 0));
  const limits = first.unit === 'bytes' ? cells.flatMap((cell) => memoryLimitOf(cell) ?? []) : [];
  // A limit far beyond the values would press them into one corner.
  const near = limits.filter((limit) => limit <= 2 * most);
  const max = Math.max(most, largest(near));
  return max > 0 ? { max, unit: first.unit, limited: near.length > 0 } : undefined;
}

function plotHeader({ max, unit }: Plot): string {
  const end = formatValue(max, unit);
  return `0${end.padStart(PLOT_WIDTH - 1)}`;
}

/** `   ├───●──┤    ┊`, on the scale of all cells. */
function plotLine({ max, limited }: Plot, cell: ReportCell, metric: Series | undefined): string {
  const summary = metric && summarise(metric.values);
  if (summary === undefined) return '';
  const at = (value: number): number => Math.min(PLOT_WIDTH - 1, Math.floor((value / max) * PLOT_WIDTH));
  const line = Array.from({ length: PLOT_WIDTH }, () => ' ');
  const limit = limited ? memoryLimitOf(cell) : undefined;
  if (limit !== undefined && limit <= max) line[at(limit)] = '┊';
  line.fill('─', at(summary.min), at(summary.max) + 1);
  line[at(summary.min)] = '├';
  line[at(summary.max)] = '┤';
  line[at(summary.median)] = '●';
  return line.join('').trimEnd();
}
