/** Cells that differ in one axis alone, found by a key: a matrix has thousands of cells. */
import { grouped } from '../lib/grouped.ts';
import type { Axes } from '../model/axes.ts';
import type { Scalar } from '../model/scalar.ts';

export interface Pair<Cell> {
  readonly without: Cell;
  readonly with: Cell;
}

/**
 * Of each cell with the value `from` of `axis`, the first with `to` that is the same in all other axes. Values are
 * compared as they are written. The index serves all values of the axis.
 */
export function pairIndex<Cell extends { readonly axes: Axes }>(
  cells: readonly Cell[],
  axis: string,
): (from: Scalar, to: Scalar) => Pair<Cell>[] {
  const byValue = new Map(
    [...grouped(cells, (cell) => String(cell.axes[axis] ?? ''))].map(([value, own]) => [
      value,
      grouped(own, (cell) => restOf(cell, axis)),
    ]),
  );
  return (from, to) =>
    [...(byValue.get(String(from)) ?? [])].flatMap(([rest, alike]) => {
      const other = byValue.get(String(to))?.get(rest)?.[0];
      return other === undefined ? [] : alike.map((cell) => ({ without: cell, with: other }));
    });
}

const restOf = ({ axes }: { readonly axes: Axes }, axis: string): string =>
  JSON.stringify(
    Object.entries(axes)
      .filter(([name]) => name !== axis)
      .map(([name, value]) => [name, String(value)])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );

/** At most `most` of them, spread evenly over all. */
export function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  const step = all.length / most;
  return Array.from({ length: most }, (_, at) => all[Math.floor(at * step)]).filter(
    (one) => one !== undefined,
  );
}
