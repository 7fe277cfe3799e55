/**
 * Lines for people and programs. Nothing else writes to the terminal, but for the libraries that draw live lines:
 * those are given `oneLine` texts.
 */
import { relative } from 'node:path';
import { forTerminal, lines, oneLine, safeJson } from '../lib/plain.ts';
import { alignRows, columnWidths } from '../report/table.ts';

/** As it is, but for what no terminal should be told. */
export function write(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(forTerminal(text));
}

export function print(text: string): void {
  write(`${text}\n`);
}

/** For programs: parsed, it is `value`. */
export function printJson(value: unknown): void {
  write(safeJson(value));
}

/** Progress and remarks go to stderr, so that stdout holds the answer alone. */
export function say(text: string): void {
  write(`repro: ${onLines(text)}\n`, process.stderr);
}

/** A line of a log: when, and what. */
export function log(text: string): void {
  const line = oneLine(text.replaceAll(/\s*\n\s*/g, '; '));
  write(`${new Date().toISOString().slice(11, 19)} ${line}\n`, process.stderr);
}

/** A folder as the user would type it. */
export const shown = (dir: string): string => relative(process.cwd(), dir) || '.';

/** Any text as lines. Those below the first stand in: what a message quotes can't pass for a message of its own. */
export function onLines(text: string): string {
  return lines(text)
    .map((line, at) => (at > 0 && /^\S/.test(line) ? `  ${line}` : line))
    .join('\n');
}

/** Columns as wide as their widest value; the last is left as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((text) => ({ text })));
  return alignRows(cells, columnWidths(cells)).join('\n');
}
