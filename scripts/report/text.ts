/** How reports measure, break and count text. What they quote goes through `oneLine` first. */
import stringWidth from 'string-width';
import { oneLine } from '../lib/plain.ts';

export { lines, oneLine } from '../lib/plain.ts';
export { plural } from '../lib/units.ts';

/**
 * Columns that it takes on a terminal: two for a wide character (East Asian, emoji), none for a combining mark. Signs
 * that are wide in East Asian fonts alone, such as `·` and `█`, take one.
 */
export const widthOf = (text: string): number => stringWidth(text);

const characters = new Intl.Segmenter('en');

/** At most so many columns of plain text; `…` stands for what was cut off. */
export function clipped(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let [kept, left] = ['', width - 1];
  for (const { segment } of characters.segment(text)) {
    left -= widthOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Breaks prose between words; a word longer than the width stays whole. */
export function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of oneLine(text).split(/ +/)) {
    if (row !== '' && widthOf(row) + 1 + widthOf(word) > width) {
      rows.push(row);
      row = word;
    } else row = row === '' ? word : `${row} ${word}`;
  }
  return row === '' ? rows : [...rows, row];
}

/** Lines as a text, and nothing in it but them. */
export const textOf = (rows: readonly string[]): string => `${rows.map(oneLine).join('\n')}\n`;
