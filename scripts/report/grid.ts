/** Lays the cells out as small tables: the two axes that tell most as rows and columns, a table per rest. */
import type { Axes, ImpossiblePoint, Scalar } from '../scenario/types.ts';
import { phrase, shownValue, valuesOf, varyingAxes } from './describe.ts';
import type { Report, ReportCell } from './model.ts';
import { oneLine } from './text.ts';

export type GridPoint =
  | { readonly kind: 'cell'; readonly cell: ReportCell }
  | { readonly kind: 'impossible'; readonly reason: string }
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

/** Undefined when fewer than two axes vary: a list says more then. */
export function gridOf(report: Report): Grid | undefined {
  const { cells } = report;
  const varying = varyingAxes(cells);
  const telling = [...varying].sort((a, b) => effectOf(cells, b) - effectOf(cells, a)).slice(0, 2);
  // Few columns, many rows: that also fits a phone.
  const [columnAxis, rowAxis] = telling.sort((a, b) => valuesOf(cells, a).length - valuesOf(cells, b).length);
  if (rowAxis === undefined || columnAxis === undefined) return undefined;
  const others = varying.filter((axis) => axis !== rowAxis && axis !== columnAxis);
  const rowValues = valuesOf(cells, rowAxis);
  const columnValues = valuesOf(cells, columnAxis);
  return {
    rowAxis,
    columnAxis,
    columns: columnValues.map((value) => phrase(columnAxis, labelOfValue(cells, columnAxis, value))),
    tables: combinations(cells, others).map((rest) => ({
      title: others.map((axis) => phrase(axis, labelOfValue(cells, axis, rest[axis]))).join(' · '),
      rows: rowValues.map((row) => ({
        label: phrase(rowAxis, labelOfValue(cells, rowAxis, row)),
        points: columnValues.map((column) =>
          pointAt(report, { ...rest, [rowAxis]: row, [columnAxis]: column } as Axes),
        ),
      })),
    })),
  };
}

/** How far the bad rate moves along an axis, averaged over the others: 0 when it makes no difference. */
export function effectOf(cells: readonly ReportCell[], axis: string): number {
  const means = valuesOf(cells, axis).flatMap((value) => {
    const rates = cells.flatMap(({ axes, verdict }) =>
      axes[axis] === value && verdict.kind !== 'skip' && verdict.of > 0 ? verdict.bad / verdict.of : [],
    );
    return rates.length === 0 ? [] : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  });
  return means.length === 0 ? 0 : Math.max(...means) - Math.min(...means);
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

function pointAt({ cells, impossible }: Report, at: Axes): GridPoint {
  const matches = (point: { readonly axes: Axes }): boolean =>
    Object.entries(at).every(([axis, value]) => point.axes[axis] === value);
  const cell = cells.find(matches);
  if (cell !== undefined) return { kind: 'cell', cell };
  const point: ImpossiblePoint | undefined = impossible.find(matches);
  return point === undefined ? { kind: 'none' } : { kind: 'impossible', reason: point.reason };
}

function labelOfValue(cells: readonly ReportCell[], axis: string, value: Scalar | undefined): string {
  const shown = new Set(
    cells.filter(({ axes }) => axes[axis] === value).map((cell) => shownValue(cell, axis)),
  );
  return shown.size === 1 ? [...shown].join() : oneLine(String(value ?? ''));
}
