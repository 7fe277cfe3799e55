import { expect, test } from 'vitest';
import { largest, quantile, smallest } from '../../scripts/lib/numbers.ts';

test('quantiles lie between the values, as R and NumPy have them', () => {
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  expect(quantile([4, 1, 3, 2], 0.9)).toBeCloseTo(3.7, 12);
  expect(quantile([7], 0.99)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});

test('extremes of more values than a stack holds', () => {
  const many = Array.from({ length: 500_000 }, (_, index) => index);
  expect([smallest(many), largest(many)]).toEqual([0, 499_999]);
});
