/**
 * Patterns as users write them in scenarios: `/…/flags` is a regular expression, any other text stands for
 * itself. A text that starts with a slash and ends in a name, such as `/kubepods/burstable`, is a plain text.
 */

export type Pattern = RegExp | string;

/** Of the flags of JavaScript, those that change what matches come first; `g`, `y` and `d` are let pass and ignored. */
const REGEXP = /^\/(.+)\/([imsuvgyd]*)$/s;

/** Throws a SyntaxError, in the words of the JavaScript engine, for a regular expression that isn't one. */
export function parsePattern(text: string): Pattern {
  const [, source, flags = ''] = REGEXP.exec(text) ?? [];
  return source === undefined ? text : new RegExp(source, flags.replaceAll(/[gyd]/g, ''));
}

/** For names (of a process, of a cgroup): the whole of it when it's a plain text. */
export function matchesName(pattern: string, name: string): boolean {
  const parsed = parsePattern(pattern);
  return typeof parsed === 'string' ? parsed === name : parsed.test(name);
}

/** For messages: anywhere in it. */
export function matchesWithin(pattern: string, message: string): boolean {
  const parsed = parsePattern(pattern);
  return typeof parsed === 'string' ? message.includes(parsed) : parsed.test(message);
}
