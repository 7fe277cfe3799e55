/** Aligned columns on a terminal. */
import { oneLine, widthOf } from './text.ts';

export interface TableCell {
  /** Any text: what no terminal should be told is taken out. */
  readonly text: string;
  readonly align?: 'left' | 'right';
  /** Colours the text; applied after padding was measured. */
  readonly paint?: (text: string) => string;
}

export type TableRow = readonly TableCell[];

const GAP = '  ';

export function columnWidths(rows: readonly TableRow[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, { text }] of row.entries())
      widths[at] = Math.max(widths[at] ?? 0, widthOf(oneLine(text)));
  }
  return widths;
}

export const tableWidth = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);

/** The rows as lines, without blanks at their ends. */
export function alignRows(rows: readonly TableRow[], widths: readonly number[]): string[] {
  return rows.map((row) => {
    const texts = row.map(({ text }) => oneLine(text));
    const last = texts.findLastIndex((text) => text !== '');
    return texts
      .slice(0, last + 1)
      .map((text, at) => {
        const { align, paint } = row[at] ?? {};
        const blanks = ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text)));
        const shown = paint === undefined || text === '' ? text : paint(text);
        return align === 'right' ? blanks + shown : at === last ? shown : shown + blanks;
      })
      .join(GAP);
  });
}
