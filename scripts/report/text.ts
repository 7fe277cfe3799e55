/**
 * What a report quotes comes from kernels, runtimes and scenario files, so it may hold anything: escape
 * sequences, markup, text that turns the reading direction around. Every renderer passes it through here.
 */
import { stripVTControlCharacters } from 'node:util';

/** Control characters, and those that turn the reading direction around. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}]/gu;

/** On one line, without escape sequences and control characters. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\t\r\n\v\f\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(UNPRINTABLE, '')
    .trimEnd();
}

/** As `oneLine`, for text whose line breaks mean something. */
export function lines(text: string): string[] {
  return text.split(/\r*\n/).map(oneLine);
}

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
