/**
 * Text of strangers made safe to show. What a report, an error or a live line quotes comes from kernels, runtimes,
 * workloads, repositories and scenario files, so it may hold anything: escape sequences that rename the terminal or
 * answer for the user, text that turns the reading direction around, characters that no XML may hold.
 */
import { stripVTControlCharacters } from 'node:util';

/**
 * Control characters (C0, DEL, C1), format characters (bidi overrides, tags), all that shows nothing (zero width), and
 * the two noncharacters that XML forbids.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{DI}\ufffe\uffff]/gu;
const BREAKS = /[\t\n\v\f\r\p{Zl}\p{Zp}]+/gu;
/** Characters of one quoted line. The whole is in the evidence. */
const LONGEST = 4000;
/** Lines of one quoted block. */
const MOST_LINES = 2000;

/** On one line, without escape sequences, invisible characters and halves of characters, and not endless. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(shortened(text, LONGEST).replaceAll(/\p{Cs}/gu, '\ufffd'))
    .replaceAll(BREAKS, ' ')
    .replaceAll(UNPRINTABLE, '')
    .trimEnd();
}

/** As `oneLine`, for text whose line breaks mean something. */
export function lines(text: string): string[] {
  const all = text.split(/\r*\n/, MOST_LINES + 1);
  const shown = all.slice(0, MOST_LINES).map(oneLine);
  return all.length > MOST_LINES ? [...shown, '… (more lines are in the evidence)'] : shown;
}

/** At most `most` UTF-16 code units of it, and how many more there were. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more characters)`;
}

/** The colours and weights that `picocolors` sets; not what hides text. */
const OURS: ReadonlySet<string> = new Set(
  [0, 1, 2, 3, 4, 22, 23, 24, 39, ...range(30, 37), ...range(90, 97)].map((code) => `\u001b[${code}m`),
);
/** What may be a colour, and each character that may be no part of what is shown. */
const SPECIAL = /\p{Cc}\[[\d;]*m|[\p{Cc}\p{Cf}\p{DI}\p{Cs}\ufffe\uffff]/gu;

/**
 * The last barrier before a terminal: of all control sequences only our own colours, line breaks and tabs pass. What
 * is written was made of `oneLine` texts; this holds when one was forgotten.
 */
export function forTerminal(text: string): string {
  return text.replaceAll(SPECIAL, (found) =>
    found === '\n' || found === '\t' || OURS.has(found) ? found : '',
  );
}

/**
 * Indented JSON with a line's end, in which every character that a terminal could take for a command, or a reader not
 * see, is written as `\uXXXX`. Parsed, it is the same value.
 */
export function safeJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? 'null';
  return `${text.replaceAll(/[\u007f-\u009f\ufffe\uffff]|\p{Cf}|\p{DI}|\p{Zl}|\p{Zp}/gu, escaped)}\n`;
}

/** One escape a UTF-16 code unit, as JSON has it. */
const escaped = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
