import { describe, expect, test } from 'vitest';
import { holm } from '../../scripts/verdict/holm.ts';
import { boschlooGreater, compareRates } from '../../scripts/verdict/rates.ts';

const of = (bad: number, trials: number) => ({ bad, total: trials });

describe('two rates', () => {
  test('three of three against none of three: (1/2)^6 each way, where Fisher says 0.1', () => {
    expect(compareRates(of(3, 3), of(0, 3)).p).toBeCloseTo(2 / 64, 8);
  });

  test('which one comes first makes no difference', () => {
    expect(compareRates(of(2, 9), of(7, 8)).p).toBeCloseTo(compareRates(of(7, 8), of(2, 9)).p, 10);
  });

  test('no samples tell nothing', () => {
    expect(compareRates(of(0, 0), of(3, 3)).p).toBe(1);
  });

  test('large tables are compared by Fisher, and the answer says so', () => {
    const { p, method } = compareRates(of(150, 300), of(60, 300));
    expect(method).toBe('Fisher');
    expect(p).toBeLessThan(1e-10);
  });

  // The size of the test from its definition: the chance, under every common rate, of a p-value at the level or below.
  test.each([0.05, 0.01])('never rejects more often than at its level: %d', (level) => {
    const n = 6;
    const rejected: [number, number][] = [];
    for (let x = 0; x <= n; x++) {
      for (let y = 0; y <= n; y++) if (boschlooGreater(of(x, n), of(y, n)) <= level) rejected.push([x, y]);
    }
    expect(rejected.length).toBeGreaterThan(0);
    const choose = [1, 6, 15, 20, 15, 6, 1];
    const pmf = (k: number, rate: number) => (choose[k] ?? 0) * rate ** k * (1 - rate) ** (n - k);
    for (let rate = 0.01; rate < 1; rate += 0.01) {
      const size = rejected.reduce((sum, [x, y]) => sum + pmf(x, rate) * pmf(y, rate), 0);
      expect(size, `rate ${rate}`).toBeLessThanOrEqual(level + 1e-9);
    }
  });
});

test('Holm: the smallest times n, the next times n - 1, never decreasing', () => {
  expect(holm([])).toEqual([]);
  const found = holm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((p, at) => {
    expect(found[at]).toBeCloseTo(p, 12);
  });
});
