import { describe, expect, test } from 'vitest';
import { binomialPmf } from '../../scripts/verdict/distributions.ts';
import { rateDifference, squareAndAdd } from '../../scripts/verdict/rate-difference.ts';

const of = (bad: number, trials: number) => ({ bad, total: trials });

describe('the difference of two rates', () => {
  test('lies around the estimate, and within -1 and 1', () => {
    const { low, high } = rateDifference(of(8, 10), of(2, 10));
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(0.6);
    expect(high).toBeGreaterThan(0.6);
    expect(high).toBeLessThanOrEqual(1);
    expect(rateDifference(of(4, 4), of(0, 4)).high).toBe(1);
    expect(rateDifference(of(0, 4), of(4, 4)).low).toBe(-1);
  });

  test('is the same the other way round', () => {
    const [one, other] = [rateDifference(of(3, 9), of(5, 7)), rateDifference(of(5, 7), of(3, 9))];
    expect(one.low).toBeCloseTo(-other.high, 8);
    expect(one.high).toBeCloseTo(-other.low, 8);
  });

  test('no samples tell nothing', () => {
    expect(rateDifference(of(0, 0), of(3, 3))).toMatchObject({ low: -1, high: 1 });
  });

  // By enumeration of every outcome, at rates that the search for the worst ones doesn't know.
  test.each([
    [6, 6, 0.95],
    [8, 5, 0.9],
    [9, 9, 0.975],
  ])('errs at most as often as claimed: %d and %d trials, %d', (n, m, confidence) => {
    const high = Array.from({ length: n + 1 }, (_, x) =>
      Array.from({ length: m + 1 }, (_, y) => rateDifference(of(x, n), of(y, m), confidence).high),
    );
    let worst = 0;
    for (let a = 0; a <= 1; a += 1 / 64) {
      for (let b = 0; b <= 1; b += 1 / 64) {
        let missed = 0;
        high.forEach((row, x) => {
          row.forEach((limit, y) => {
            if (limit < a - b - 1e-9) missed += binomialPmf(x, n, a) * binomialPmf(y, m, b);
          });
        });
        worst = Math.max(worst, missed);
      }
    }
    expect(worst).toBeLessThanOrEqual((1 - confidence) / 2 + 1e-4);
    expect(worst).toBeGreaterThan((1 - confidence) / 4);
  });

  test('square-and-add: the values that its author published', () => {
    // Newcombe, Statistics in Medicine 17 (1998), 873–890, table II, method 10: 56/70 against 48/80; 9/10 against 3/10.
    const published = squareAndAdd(of(56, 70), of(48, 80));
    expect(published.low).toBeCloseTo(0.0524, 4);
    expect(published.high).toBeCloseTo(0.3339, 4);
    const small = squareAndAdd(of(9, 10), of(3, 10));
    expect(small.low).toBeCloseTo(0.1705, 4);
    expect(small.high).toBeCloseTo(0.809, 4);
  });

  test('is exact for small tables, and as good as that for large ones', () => {
    const [small, large] = [rateDifference(of(9, 10), of(3, 10)), rateDifference(of(150, 300), of(60, 300))];
    expect(small.low).toBeLessThan(0.1705);
    expect(large).toEqual(squareAndAdd(of(150, 300), of(60, 300)));
  });
});
