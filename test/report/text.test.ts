import { expect, test } from 'vitest';
import { clipped, lines, oneLine, widthOf, wrap } from '../../scripts/report/text.ts';

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

test('wide characters take two columns, combining marks none, colours none', () => {
  expect(widthOf('内核')).toBe(4);
  expect(widthOf('🧨 boom')).toBe(7);
  expect(widthOf('e\u0301')).toBe(1);
  expect(widthOf('\u001b[31mred\u001b[39m')).toBe(3);
  expect(widthOf('3/8 · 25–100% █ ×2 ≤…')).toBe(21);
});

test('prose breaks where its columns end, not its characters', () => {
  expect(wrap('内核 杀死 了 它', 9)).toEqual(['内核 杀死', '了 它']);
  expect(wrap('e\u0301te\u0301 a\u0300 la', 8)).toEqual(['e\u0301te\u0301 a\u0300 la']);
});

test('what is too wide is cut at a column, and says so', () => {
  expect(clipped('kernel', 6)).toBe('kernel');
  expect(clipped('kernels', 6)).toBe('kerne…');
  expect(clipped('内核杀死', 6)).toBe('内核…');
});
