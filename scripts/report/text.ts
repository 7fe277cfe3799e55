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

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For HTML text and quoted attributes. */
export function escapeHtml(text: string): string {
  return oneLine(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
