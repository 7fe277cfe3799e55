/** A few inputs of each kind; `npm run fuzz` tries thousands. A failure names the seed and the path to make it again. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kinds } from './kinds.ts';

it.each(kinds)('$name', async ({ inputs, check }) => {
  await fc.assert(fc.asyncProperty(inputs, check), { seed: 1, numRuns: 25 });
});

it('each kind has a name of its own', () => {
  const names = kinds.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
