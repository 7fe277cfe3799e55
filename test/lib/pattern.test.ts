import { expect, test } from 'vitest';
import { matchesName, matchesWithin, parsePattern } from '../../scripts/lib/pattern.ts';

test.each<[string, RegExp | string]>([
  ['runc', 'runc'],
  ['/runc/', /runc/],
  ['/runc/i', /runc/i],
  ['/runc/gi', /runc/i],
  ['/a\\/b/', /a\/b/],
  ['/a/b/', /a\/b/],
  ['//', '//'],
  ['/', '/'],
  ['', ''],
  ['/kubepods/burstable', '/kubepods/burstable'],
  ['/system.slice/repro-1.scope', '/system.slice/repro-1.scope'],
])('%s', (text, pattern) => {
  expect(parsePattern(text)).toEqual(pattern);
});

test.each(['/(/', '/a/ii', '/[z-a]/'])('%s is refused', (text) => {
  expect(() => parsePattern(text)).toThrow(SyntaxError);
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
