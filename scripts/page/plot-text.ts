/** Plots as lines of text: a track is so many characters. Pure. */
import { alignRows, columnWidths, type TableRow } from '../report/table.ts';
import { clipped } from '../report/text.ts';
import type { Marks, Plot, PlotColumn } from './blocks.ts';

/** A heading, and a line a row; those that end with words are cut where the width ends. */
export function plotLines({ columns, rows }: Plot, width: number): string[] {
  if (rows.length === 0) return [];
  const shown = columns.map((column, at) => ({ column, at })).filter(({ column }) => widthOn(column) !== 0);
  const heading: TableRow = shown.map(({ column }) => ({ text: headingOf(column) }));
  const all = rows.map(
    ({ cells }): TableRow =>
      shown.map(({ column, at }) => {
        const cell = cells[at] ?? '';
        return {
          text: typeof cell === 'string' ? cell : strip(cell, widthOn(column) ?? 0),
          align: alignOf(column),
        };
      }),
  );
  const lines = alignRows([heading, ...all], columnWidths([heading, ...all]));
  return shown.at(-1)?.column.role === 'track' ? lines : lines.map((line) => clipped(line, width));
}

const widthOn = (column: PlotColumn): number | undefined =>
  column.role === 'track' ? column.width : undefined;

const alignOf = (column: PlotColumn) => (column.role === 'track' ? 'left' : (column.align ?? 'left'));

/** A track without a name is known by its ends. */
function headingOf(column: PlotColumn): string {
  if (column.role !== 'track' || column.header !== '') return column.header;
  const [low, high] = column.ends;
  return `${low}${high.padStart(column.width - low.length)}`;
}

function strip({ bar, interval, points, limit }: Marks, width: number): string {
  const at = (share: number) => Math.max(0, Math.min(width - 1, Math.floor(share * width)));
  const line: string[] = Array.from({ length: width }, () => (bar === undefined ? ' ' : '·'));
  if (bar !== undefined) line.fill('█', 0, Math.round(bar * width));
  if (limit !== undefined) line[at(limit)] = '┆';
  if (interval !== undefined) line.fill('─', at(interval.low), at(interval.high) + 1);
  for (const point of points ?? []) line[at(point.at)] = '●';
  return line.join('').trimEnd();
}
