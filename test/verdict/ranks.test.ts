import { describe, expect, test } from 'vitest';
import { quantileInterval } from '../../scripts/verdict/quantiles.ts';
import { compareRanks, compareRatio } from '../../scripts/verdict/ranks.ts';

// Hollander and Wolfe, Nonparametric Statistical Methods (1999), table 4.1: permeability of the membrane at term and
// at 12 to 26 weeks. W = 35, p = 0.1272 one-sided, the shift 0.305 with the interval from -0.15 to 0.76.
const TERM = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const EARLY = [1.15, 0.88, 0.9, 0.74, 1.21];

describe('ranks', () => {
  test('the published example', () => {
    const found = compareRanks(EARLY, TERM);
    expect(found.superiority * 50).toBe(35);
    expect(found.p).toBeCloseTo(0.2544, 4);
    expect(found.shift).toBeCloseTo(0.305, 6);
    expect(found.interval.low).toBeCloseTo(-0.15, 6);
    expect(found.interval.high).toBeCloseTo(0.76, 6);
  });

  test('groups that do not overlap', () => {
    const found = compareRanks([1, 2, 3, 4], [11, 12, 13, 14]);
    expect(found).toMatchObject({ superiority: 1, shift: 10, method: 'Mann–Whitney, exact' });
    expect(found.p).toBeCloseTo(2 / 70, 12);
  });

  test('three against three can not reach 95%, and the interval says so', () => {
    const { p, interval } = compareRanks([1, 2, 3], [11, 12, 13]);
    expect(p).toBeCloseTo(0.1, 12);
    expect(interval).toMatchObject({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
  });

  test('one outlier moves a mean, not this', () => {
    expect(compareRanks([1, 2, 3, 4], [1.1, 2.1, 3.1, 1e9]).shift).toBeLessThan(2);
  });

  test('a ratio', () => {
    const { shift, interval } = compareRatio([2, 2.1, 2.2, 2.3, 2.4], [3, 3.15, 3.3, 3.45, 3.6]);
    expect(shift).toBeCloseTo(1.5, 6);
    expect(interval.low).toBeGreaterThan(1.2);
    expect(interval.high).toBeLessThan(1.8);
  });

  test('the exact test and its approximation agree where one takes over from the other', () => {
    const group = (from: number, size: number) =>
      Array.from({ length: size }, (_, at) => from + ((at * 37) % 101));
    const exact = compareRanks(group(0, 50), group(9.5, 50));
    const near = compareRanks(group(0, 51), group(9.5, 51));
    expect([exact.method, near.method]).toEqual([
      'Mann–Whitney, exact',
      'Mann–Whitney, normal approximation',
    ]);
    expect(Math.abs(exact.p - near.p)).toBeLessThan(0.02);
    expect(Math.abs(exact.interval.low - near.interval.low)).toBeLessThan(3);
  });

  test('no values, no ranks', () => {
    expect(() => compareRanks([], [1])).toThrow(RangeError);
  });
});

describe('quantiles', () => {
  test('the median of ten lies between the 2nd and the 9th value with 97.9%, the closest to 95%', () => {
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(quantileInterval(ten, 0.5)).toEqual({ low: 2, high: 9, confidence: 0.95 });
  });

  test('a high quantile of few values has no upper end', () => {
    expect(quantileInterval([1, 2, 3, 4, 5], 0.99).high).toBe(Number.POSITIVE_INFINITY);
  });
});
