import { expect, test } from 'vitest';
import { lines, oneLine, wrap } from '../../scripts/report/text.ts';

test('escape sequences, control characters and turned directions are taken out', () => {
  expect(oneLine('a\u001b[31mb\u001b[0m\u001b]0;title\u0007c\u0000d\u009be\u202ef\u2066g')).toBe('abcdefg');
});

test('every kind of line break becomes a blank', () => {
  expect(oneLine('a\nb\r\nc\td\u2028e\u2029f')).toBe('a b c d e f');
});

test('line breaks that mean something are kept', () => {
  expect(lines('a\r\r\nb\n\u001b[2Jc')).toEqual(['a', 'b', 'c']);
});

test('a word longer than the width stays whole', () => {
  expect(wrap('one two /a/very/long/path three', 9)).toEqual(['one two', '/a/very/long/path', 'three']);
  expect(wrap('', 9)).toEqual([]);
});
