/**
 * Patterns as users write them in scenarios: `/…/flags` is a regular expression, any other text stands for
 * itself. A text that starts with a slash and ends in a name, such as `/kubepods/burstable`, is a plain text.
 *
 * Scenarios and what guests say come from strangers, so the expressions are RE2's: the time that a match takes grows
 * with the text as a line does, whatever the expression. What RE2 has not, lookaround and backreferences, is refused.
 */
import { RE2JS, RE2JSException } from 're2js';

/** Whether a text has a match in it. */
export interface Expression {
  readonly source: string;
  test(text: string): boolean;
}

export type Pattern = Expression | string;

/** A text between slashes that is no regular expression. Its message is a clause: "missing closing ): `(set`". */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Characters of an expression. */
export const LONGEST_PATTERN = 1_000;
/** Steps of a compiled expression: each may be looked at once for each character of a text, in about 10 ns. */
export const MOST_STEPS = 1_000;
/** Characters of a text that are looked at from either end. A longer one is looked at in its head and its tail. */
const LONGEST_END = 65_536;

/** Of the flags of JavaScript, those that change what matches come first; `g`, `y` and `d` are let pass and ignored. */
const REGEXP = /^\/(.+)\/([imsuvgyd]*)$/s;

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/** Throws PatternError for a regular expression that isn't one. */
export function parsePattern(text: string): Pattern {
  const [, source, flags = ''] = REGEXP.exec(text) ?? [];
  return source === undefined ? text : compile(source, flags);
}

/** The expression of `source`, what stands between the slashes. Throws PatternError. */
export function compile(source: string, flags = ''): Expression {
  const letters = [...flags];
  if (new Set(letters).size < letters.length) throw new PatternError(`a flag is there twice: ${flags}`);
  if (source.length > LONGEST_PATTERN) {
    throw new PatternError(`it has ${source.length} characters, and ${LONGEST_PATTERN} are the most`);
  }
  refuseWhatRe2Lacks(source);
  const bits = letters.reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0);
  const expression = compileRe2(source, bits);
  const steps = expression.programSize();
  if (steps > MOST_STEPS) {
    throw new PatternError(
      `it takes ${steps} steps, and ${MOST_STEPS} are the most; repeat less, as {n,m} counts n or m times`,
    );
  }
  return { source, test: (text) => ends(text).some((part) => expression.test(part)) };
}

function compileRe2(source: string, flags: number): RE2JS {
  try {
    // \u0041, \cA and [^] are JavaScript's ways to write what RE2 knows, too.
    return RE2JS.compile(RE2JS.translateRegExp(source), flags);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new PatternError(error.message.replace(/^error parsing regexp: /, ''));
  }
}

/** Named here, because RE2 takes them for misspelt groups and escapes. */
const LACKING: readonly (readonly [start: string, what: string])[] = [
  ['(?=', 'lookahead'],
  ['(?!', 'lookahead'],
  ['(?<=', 'lookbehind'],
  ['(?<!', 'lookbehind'],
  ['(?>', 'an atomic group'],
  ['\\k<', 'a backreference'],
];

function refuseWhatRe2Lacks(source: string): void {
  // Escapes, sets, and single characters, from left to right: what looks like a group in [(?=] is none.
  for (const [part] of source.matchAll(/\\[1-9k]<?|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<?[=!>]|./gs)) {
    const what = /^\\[1-9]/.test(part)
      ? 'a backreference'
      : LACKING.find(([start]) => part.startsWith(start))?.[1];
    if (what === undefined) continue;
    throw new PatternError(`${part} is ${what}, which RE2's expressions lack: say it without, or in several`);
  }
}

/** Whole, or its head and its tail. */
function ends(text: string): readonly string[] {
  return text.length <= 2 * LONGEST_END ? [text] : [text.slice(0, LONGEST_END), text.slice(-LONGEST_END)];
}

/** Those that were asked for last: the same few are asked for every sample and every line of a log. */
const parsed = new Map<string, Pattern>();

function patternOf(text: string): Pattern {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size >= 100) parsed.clear();
  const pattern = parsePattern(text);
  parsed.set(text, pattern);
  return pattern;
}

/** For names (of a process, of a cgroup): the whole of it when it's a plain text. */
export function matchesName(pattern: string, name: string): boolean {
  const parsed = patternOf(pattern);
  return typeof parsed === 'string' ? parsed === name : parsed.test(name);
}

/** For messages: anywhere in it. */
export function matchesWithin(pattern: string, message: string): boolean {
  const parsed = patternOf(pattern);
  return typeof parsed === 'string' ? message.includes(parsed) : parsed.test(message);
}
