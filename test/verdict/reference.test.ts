/** Against SciPy: how the values were made is in the fixture's README. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { compareRanks } from '../../scripts/verdict/ranks.ts';
import { compareRates, fisherGreater } from '../../scripts/verdict/rates.ts';

interface Reference {
  readonly rates: readonly {
    readonly a: readonly [number, number];
    readonly b: readonly [number, number];
    readonly boschloo: number;
    readonly fisherGreater: number;
  }[];
  readonly ranks: readonly {
    readonly a: readonly number[];
    readonly b: readonly number[];
    readonly method: 'exact' | 'asymptotic';
    readonly p: number;
    readonly superiority: number;
  }[];
}

const file = join(packageRoot(), 'test/fixtures/statistics/reference.json');
const reference: Reference = JSON.parse(readFileSync(file, 'utf8'));

test.each(reference.rates)('rates $a and $b', ({ a, b, ...expected }) => {
  const [one, other] = [a, b].map(([bad, total]) => ({ bad, total })) as [never, never];
  const found = compareRates(one, other);
  expect(found.method).toBe('Boschloo');
  expect(found.p / expected.boschloo).toBeCloseTo(1, 4);
  expect(fisherGreater(one, other) / expected.fisherGreater).toBeCloseTo(1, 6);
});

test.each(reference.ranks)('ranks $a and $b', ({ a, b, method, p, superiority }) => {
  const found = compareRanks(a, b);
  expect(found.method.includes('exact')).toBe(method === 'exact');
  expect(found.p / p).toBeCloseTo(1, 6);
  expect(found.superiority).toBeCloseTo(superiority, 8);
});
