/** Cells that ran nothing, because another cell ran the very same. */
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';

export interface SharedCell {
  readonly cell: ReportCell;
  /** The cell that ran. */
  readonly first: ReportCell;
}

export function sharedCells({ cells }: Report): SharedCell[] {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  return cells.flatMap((cell) => {
    const first = cell.sharedWith === undefined ? undefined : byId.get(cell.sharedWith);
    return first === undefined ? [] : [{ cell, first }];
  });
}

/** Behind the verdict of a cell that shares it. */
export const sharedSign = ({ sharedWith }: Pick<ReportCell, 'sharedWith'>): string =>
  sharedWith === undefined ? '' : ' =';

/** Cells that speak for themselves: what is said of these need not be said again of those that share. */
export const ownCells = ({ cells }: Report): ReportCell[] =>
  cells.filter(({ sharedWith }) => sharedWith === undefined);
