/** Cells that ran nothing, because another cell ran the very same. */
import type { Report, ReportCell } from './model.ts';

export interface SharedCell {
  readonly cell: ReportCell;
  /** The cell that ran. */
  readonly first: ReportCell;
}

export function sharedCells({ cells }: Report): SharedCell[] {
  return cells.flatMap((cell) => {
    const first = cells.find(({ id }) => id === cell.sharedWith);
    return first === undefined ? [] : [{ cell, first }];
  });
}

/** Behind the verdict of a cell that shares it. */
export const sharedSign = ({ sharedWith }: Pick<ReportCell, 'sharedWith'>): string =>
  sharedWith === undefined ? '' : ' =';

/** Cells that speak for themselves: what is said of these need not be said again of those that share. */
export const ownCells = ({ cells }: Report): ReportCell[] =>
  cells.filter(({ sharedWith }) => sharedWith === undefined);
