/** How reports break and count text. What they quote goes through `oneLine` first. */
import { oneLine } from '../lib/plain.ts';

export { lines, oneLine } from '../lib/plain.ts';

/** Breaks prose between words; a word longer than the width stays whole. */
export function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of oneLine(text).split(/ +/)) {
    if (row !== '' && row.length + 1 + word.length > width) {
      rows.push(row);
      row = word;
    } else row = row === '' ? word : `${row} ${word}`;
  }
  return row === '' ? rows : [...rows, row];
}

/** Lines as a text, and nothing in it but them. */
export const textOf = (rows: readonly string[]): string => `${rows.map(oneLine).join('\n')}\n`;

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
