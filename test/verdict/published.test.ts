/** Against tables that were printed before there were programs for them. */
import { describe, expect, test } from 'vitest';
import { quantileInterval } from '../../scripts/verdict/quantiles.ts';
import { compareRanks } from '../../scripts/verdict/ranks.ts';
import { fisherGreater } from '../../scripts/verdict/rates.ts';

/** Two groups without ties in which a value of the second is the greater in just so many pairs. */
function groups(m: number, n: number, wins: number): [number[], number[]] {
  const a = Array.from({ length: m }, (_, at) => at);
  const b = Array.from({ length: n }, (_, at) => {
    const below = Math.max(0, Math.min(m, wins - at * m));
    return below - 0.5 + at / (10 * n);
  });
  return [a, b];
}

describe('Mann and Whitney’s U', () => {
  // Siegel, Nonparametric Statistics for the Behavioral Sciences (1956), table K: the largest U that is significant at
  // 5%, two-sided.
  test.each([
    [4, 4, 0],
    [5, 5, 2],
    [5, 8, 6],
    [6, 6, 5],
    [6, 10, 11],
    [7, 7, 8],
    [8, 8, 13],
    [10, 10, 23],
    [10, 20, 55],
    [15, 15, 64],
    [20, 20, 127],
  ])('of %d and %d values is significant up to %d', (m, n, most) => {
    expect(compareRanks(...groups(m, n, most)).p).toBeLessThanOrEqual(0.05);
    expect(compareRanks(...groups(m, n, most + 1)).p).toBeGreaterThan(0.05);
  });
});

test('Fisher’s lady tasting tea: three of four cups right (The Design of Experiments, 1935, chapter 2)', () => {
  expect(fisherGreater({ bad: 3, total: 4 }, { bad: 1, total: 4 })).toBeCloseTo(17 / 70, 12);
  expect(fisherGreater({ bad: 4, total: 4 }, { bad: 0, total: 4 })).toBeCloseTo(1 / 70, 12);
});

// As tables of the sign test have it.
test.each([
  [6, 1, 6],
  [10, 2, 9],
  [20, 6, 15],
])('the median of %d values lies between the ranks %d and %d', (n, low, high) => {
  const values = Array.from({ length: n }, (_, at) => at + 1);
  expect(quantileInterval(values, 0.5)).toMatchObject({ low, high });
});
