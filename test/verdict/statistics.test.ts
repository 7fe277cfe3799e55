import { describe, expect, test } from 'vitest';
import { clopperPearson } from '../../scripts/verdict/statistics.ts';

/** Chance of k or more of n. Sums logarithms, so that nothing under- or overflows. */
function upperTail(k: number, n: number, rate: number): number {
  let sum = 0;
  let logChoose = 0;
  for (let i = 0; i <= n; i++) {
    if (i > 0) logChoose += Math.log(n - i + 1) - Math.log(i);
    if (i >= k) sum += Math.exp(logChoose + i * Math.log(rate) + (n - i) * Math.log1p(-rate));
  }
  return sum;
}

/** The rate at which a growing function of it reaches `target`. */
function bisect(target: number, grows: (rate: number) => number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (grows(middle) < target) low = middle;
    else high = middle;
  }
  return low;
}

/** From the definition, without the beta distribution. */
function byDefinition(k: number, n: number, confidence: number): { low: number; high: number } {
  const tail = (1 - confidence) / 2;
  return {
    low: k === 0 ? 0 : bisect(tail, (rate) => upperTail(k, n, rate)),
    high: k === n ? 1 : bisect(1 - tail, (rate) => upperTail(k + 1, n, rate)),
  };
}

describe('published values', () => {
  // R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998),
  // 857–872, table I, method 5 (Clopper–Pearson).
  test.each([
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])('%i of %i', (k, n, low, high) => {
    const interval = clopperPearson(k, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
    expect(interval.confidence).toBe(0.95);
  });

  // What was seen by hand with 25 starts; the values are the definition's, to four places.
  test.each([
    [0, 25, 0, 0.1372],
    [8, 25, 0.1495, 0.535],
    [25, 25, 0.8628, 1],
  ])('%i of %i', (k, n, low, high) => {
    expect(clopperPearson(k, n).low).toBeCloseTo(low, 4);
    expect(clopperPearson(k, n).high).toBeCloseTo(high, 4);
  });
});

test.each([1, 2, 3, 8, 20, 25, 100, 400])('agrees with the definition for n = %i', (n) => {
  for (let k = 0; k <= n; k += Math.max(1, Math.floor(n / 10))) {
    for (const confidence of [0.5, 0.95, 0.999]) {
      const expected = byDefinition(k, n, confidence);
      const interval = clopperPearson(k, n, confidence);
      expect(interval.low, `${k} of ${n}`).toBeCloseTo(expected.low, 8);
      expect(interval.high, `${k} of ${n}`).toBeCloseTo(expected.high, 8);
    }
  }
});

test('with no trials, nothing is known', () => {
  expect(clopperPearson(0, 0)).toEqual({ low: 0, high: 1, confidence: 0.95 });
});

test.each([
  [-1, 5, 0.95],
  [6, 5, 0.95],
  [0.5, 5, 0.95],
  [1, Number.NaN, 0.95],
  [1, 5, 0],
  [1, 5, 1],
  [1, 5, Number.NaN],
])('%d of %d at %d is refused', (k, n, confidence) => {
  expect(() => clopperPearson(k, n, confidence)).toThrow(RangeError);
});
