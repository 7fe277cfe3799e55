import { expect, test } from 'vitest';
import { DEEPEST, tooDeepAt } from '../../scripts/scenario/nesting.ts';
import { parseSource } from '../../scripts/scenario/source.ts';

const LEVELS = 5000;
const lines = (line: string) =>
  Array.from({ length: LEVELS }, (_, at) => `${' '.repeat(at)}${line}`).join('\n');

test.each([
  ['lists in brackets', '['.repeat(LEVELS)],
  ['mappings in braces', '{a: '.repeat(LEVELS)],
  ['both', '[{a: '.repeat(LEVELS)],
  ['lists in a line', '- '.repeat(LEVELS)],
  ['keys of keys', '? '.repeat(LEVELS)],
  ['mappings by indentation', lines('a:')],
  ['a whole value', `${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}`],
])('%s, 5,000 levels: one problem that says where', (_, text) => {
  const source = parseSource('x.yaml', `title: x\naxes:\n ${text}`);
  expect(source.problems).toHaveLength(1);
  expect(source.problems[0]).toMatchObject({ message: `nested more than ${DEEPEST} levels deep` });
  expect(source.problems[0]?.line).toBeGreaterThanOrEqual(3);
  expect(source.data).toBeUndefined();
});

test('what scenarios need is far from that, and a long text is not deep', () => {
  expect(tooDeepAt(`a: ${'['.repeat(DEEPEST - 2)}${']'.repeat(DEEPEST - 2)}`)).toBeUndefined();
  expect(tooDeepAt(`run: |\n${' '.repeat(200)}[[[[ - - - {{{\nb: "${'['.repeat(LEVELS)}"`)).toBeUndefined();
  expect(tooDeepAt(Array.from({ length: LEVELS }, (_, at) => `k${at}: [1]`).join('\n'))).toBeUndefined();
});
