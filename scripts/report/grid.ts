/** Lays the cells out as small tables: the two axes that tell most as rows and columns, a table per rest. */
import { largest, smallest } from '../lib/numbers.ts';
import type { Axes } from '../model/axes.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import type { Scalar } from '../model/scalar.ts';
import { phrase, shownValue, valuesOf, varyingAxes } from './describe.ts';
import { oneLine } from './text.ts';

export type GridPoint =
  | { readonly kind: 'cell'; readonly cell: ReportCell }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'none' };

export interface GridTable {
  /** The values of the remaining axes, in words; empty when there are none. */
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly points: readonly GridPoint[] }[];
}

export interface Grid {
  readonly rowAxis: string;
  readonly columnAxis: string;
  readonly columns: readonly string[];
  readonly tables: readonly GridTable[];
}

/** Points of all tables beyond which they are a list. */
const MOST_POINTS = 4000;

/** Undefined when fewer than two axes vary, or so many values that most points are empty: a list says more then. */
export function gridOf(report: Report): Grid | undefined {
  const { cells } = report;
  const varying = varyingAxes(cells);
  const strongest = [...varying].sort((a, b) => effectOf(cells, b) - effectOf(cells, a)).slice(0, 2);
  // Few columns, many rows: that also fits a phone.
  const [columnAxis, rowAxis] = strongest.sort(
    (a, b) => valuesOf(cells, a).length - valuesOf(cells, b).length,
  );
  if (rowAxis === undefined || columnAxis === undefined) return undefined;
  const others = varying.filter((axis) => axis !== rowAxis && axis !== columnAxis);
  const rowValues = valuesOf(cells, rowAxis);
  const columnValues = valuesOf(cells, columnAxis);
  const rests = combinations(cells, others);
  if (rests.length * rowValues.length * columnValues.length > MOST_POINTS) return undefined;
  const pointAt = finder(report, varying);
  return {
    rowAxis,
    columnAxis,
    columns: columnValues.map((value) => phrase(columnAxis, labelOfValue(cells, columnAxis, value))),
    tables: rests.map((rest) => ({
      title: others.map((axis) => phrase(axis, labelOfValue(cells, axis, rest[axis]))).join(' · '),
      rows: rowValues.map((row) => ({
        label: phrase(rowAxis, labelOfValue(cells, rowAxis, row)),
        points: columnValues.map((column) =>
          pointAt({ ...rest, [rowAxis]: row, [columnAxis]: column } as Axes),
        ),
      })),
    })),
  };
}

/** How far the bad rate moves along an axis, averaged over the others: 0 when it makes no difference. */
export function effectOf(cells: readonly ReportCell[], axis: string): number {
  const means = valuesOf(cells, axis).flatMap((value) => {
    const rates = cells.flatMap(({ axes, verdict }) =>
      axes[axis] === value && verdict.kind !== 'skip' && verdict.total > 0 ? verdict.bad / verdict.total : [],
    );
    return rates.length === 0 ? [] : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  });
  return means.length === 0 ? 0 : largest(means) - smallest(means);
}

/** The combinations of these axes that some cell has, in the cells' order. */
function combinations(cells: readonly ReportCell[], axes: readonly string[]): Partial<Axes>[] {
  const found = new Map<string, Partial<Axes>>();
  for (const cell of cells) {
    const values = Object.fromEntries(axes.map((axis) => [axis, cell.axes[axis]]));
    found.set(JSON.stringify(values), values as Partial<Axes>);
  }
  return [...found.values()];
}

/** What stands at a point of the varying axes: the first of the cells, else of the unsupported combinations. */
function finder({ cells, unsupported }: Report, varying: readonly string[]): (at: Axes) => GridPoint {
  const key = (axes: Axes): string => JSON.stringify(varying.map((axis) => axes[axis] ?? null));
  const found = new Map<string, GridPoint>();
  const add = (axes: Axes, point: GridPoint): void => {
    if (!found.has(key(axes))) found.set(key(axes), point);
  };
  for (const cell of cells) add(cell.axes, { kind: 'cell', cell });
  for (const { axes, reason } of unsupported) add(axes, { kind: 'unsupported', reason });
  return (at) => found.get(key(at)) ?? { kind: 'none' };
}

function labelOfValue(cells: readonly ReportCell[], axis: string, value: Scalar | undefined): string {
  const shown = new Set(
    cells.filter(({ axes }) => axes[axis] === value).map((cell) => shownValue(cell, axis)),
  );
  return shown.size === 1 ? [...shown].join() : oneLine(String(value ?? ''));
}
