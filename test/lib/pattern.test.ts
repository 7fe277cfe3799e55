import { expect, test } from 'vitest';
import {
  LONGEST_PATTERN,
  MOST_STEPS,
  matchesName,
  matchesWithin,
  PatternError,
  parsePattern,
} from '../../scripts/lib/pattern.ts';

test.each(['runc', '//', '/', '', '/kubepods/burstable', '/system.slice/repro-1.scope', '/runc/x'])(
  '%s stands for itself',
  (text) => {
    expect(parsePattern(text)).toBe(text);
  },
);

test.each([
  ['/runc/', 'runc', 'RUNC'],
  ['/RunC/i', 'runc', 'run'],
  ['/runc/gi', 'RUNC', 'run'],
  ['/a\\/b/', 'a/b', 'ab'],
  ['/a/b/', 'a/b', 'ab'],
  ['/^b$/m', 'a\nb', 'ab'],
  ['/^b$/', 'b', 'a\nb'],
  ['/a.b/s', 'a\nb', 'ab'],
  ['/a.b/', 'a b', 'a\nb'],
  ['/\\bdd\\b/', 'Killed process 1 (dd)', 'add'],
  ['/\\u0041[^]b/', 'A\nb', 'Ab'],
  ['/^(?:runc|crun):\\[\\d+:INIT\\]$/', 'runc:[2:INIT]', 'runc:[x:INIT]'],
  ['/[(?=]/', '?', 'x'],
  ['/\\(?=/', '=', 'x'],
  ['/(?<name>a)/', 'a', 'b'],
  ['/\\p{L}{3}/u', 'größe', 'a1'],
])('%s is an expression that finds %j and not %j', (text, one, another) => {
  expect(matchesWithin(text, one)).toBe(true);
  expect(matchesWithin(text, another)).toBe(false);
});

test.each([
  ['/(/', 'missing closing ): `(`'],
  ['/[z-a]/', 'invalid character class range: `z-a`'],
  ['/a/ii', 'a flag is there twice: ii'],
  ['/x(?=y)/', '(?= is lookahead, which RE2'],
  ['/x(?!y)/', '(?! is lookahead'],
  ['/(?<=x)y/', '(?<= is lookbehind'],
  ['/(?<!x)y/', '(?<! is lookbehind'],
  ['/(?>x)y/', '(?> is an atomic group'],
  ['/(a)\\1/', '\\1 is a backreference'],
  ['/(?<n>a)\\k<n>/', '\\k< is a backreference'],
  ['/a{1001}/', 'invalid repeat count: `{1001}`'],
  [`/${'a'.repeat(LONGEST_PATTERN + 1)}/`, `${LONGEST_PATTERN} are the most`],
  ['/(a?b?){900}/', `${MOST_STEPS} are the most`],
])('%s is refused', (text, why) => {
  const refused = () => parsePattern(text);
  expect(refused).toThrow(PatternError);
  expect(refused).toThrow(why);
});

// With JavaScript's own engine each of these is a hang of hours.
test.each(['/(a+)+$/', '/(a|aa)+$/', '/(.*a){30}$/', '/^(([a-z])+.)+[A-Z]([a-z])+$/'])(
  '%s gives its answer for a text that was made to be hard',
  (text) => {
    expect(matchesWithin(text, `${'a'.repeat(50_000)}!`)).toBe(false);
  },
);

test('of a text that is very long, the head and the tail are looked at', () => {
  const filler = 'x'.repeat(200_000);
  expect(matchesWithin('/bad/', `bad${filler}`)).toBe(true);
  expect(matchesWithin('/bad/', `${filler}bad`)).toBe(true);
  expect(matchesWithin('/bad/', `${filler}bad${filler}`)).toBe(false);
  // A plain text costs nothing: it is looked for everywhere.
  expect(matchesWithin('bad', `${filler}bad${filler}`)).toBe(true);
});

test('names match whole, messages anywhere, both anywhere with a regular expression', () => {
  expect(matchesName('runc:[2:INIT]', 'runc:[2:INIT]')).toBe(true);
  expect(matchesName('runc', 'runc:[2:INIT]')).toBe(false);
  expect(matchesName('/^runc:/', 'runc:[2:INIT]')).toBe(true);
  expect(matchesWithin('memory limit', 'unable to set memory limit to 1')).toBe(true);
  expect(matchesWithin('memory.limit', 'unable to set memory limit to 1')).toBe(false);
  expect(matchesWithin('/MEMORY.limit/i', 'unable to set memory limit to 1')).toBe(true);
});

test('asking twice gives the same answer, whatever the flags', () => {
  expect([1, 2, 3].map(() => matchesName('/x/gy', 'x'))).toEqual([true, true, true]);
});
