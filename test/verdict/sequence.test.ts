import { describe, expect, test } from 'vitest';
import { evidenceOfMore, type Pair } from '../../scripts/verdict/pair-evidence.ts';
import { confidenceSequence, samplesToClaim } from '../../scripts/verdict/sequence.ts';
import { clopperPearson } from '../../scripts/verdict/statistics.ts';

/**
 * The chance that a rate is ever left out within `most` samples, from the definition: over all paths, by a walk over
 * the counts that drops a path where its interval no longer holds the rate.
 */
function everMissed(rate: number, most: number, confidence: number): number {
  let alive = new Map<number, number>([[0, 1]]);
  for (let n = 1; n <= most; n++) {
    const next = new Map<number, number>();
    for (const [k, chance] of alive) {
      for (const [bad, share] of [
        [k, 1 - rate],
        [k + 1, rate],
      ] as const) {
        const { low, high } = confidenceSequence(bad, n, confidence);
        if (rate >= low && rate <= high) next.set(bad, (next.get(bad) ?? 0) + chance * share);
      }
    }
    alive = next;
  }
  return 1 - [...alive.values()].reduce((sum, chance) => sum + chance, 0);
}

describe('the confidence sequence', () => {
  test.each([0.001, 0.02, 0.05, 0.2, 0.5, 0.9, 0.99])(
    'holds a rate of %d at every sample at once',
    (rate) => {
      expect(everMissed(rate, 60, 0.95)).toBeLessThanOrEqual(0.05);
      expect(everMissed(rate, 40, 0.8)).toBeLessThanOrEqual(0.2);
    },
  );

  test('an interval for a fixed number of samples would not: that is why there is this one', () => {
    let alive = new Map<number, number>([[0, 1]]);
    for (let n = 1; n <= 60; n++) {
      const next = new Map<number, number>();
      for (const [k, chance] of alive) {
        for (const bad of [k, k + 1]) {
          const { low, high } = clopperPearson(bad, n);
          if (low <= 0.5 && high >= 0.5) next.set(bad, (next.get(bad) ?? 0) + chance / 2);
        }
      }
      alive = next;
    }
    expect(1 - [...alive.values()].reduce((sum, chance) => sum + chance, 0)).toBeGreaterThan(0.08);
  });

  test('an event that was never seen gets nearly the exact interval', () => {
    for (const n of [5, 20, 72, 400]) {
      const ratio = confidenceSequence(0, n).high / clopperPearson(0, n).high;
      expect(ratio).toBeGreaterThan(0.93);
      expect(ratio).toBeLessThanOrEqual(1);
    }
  });

  test('knows nothing without samples, and has the estimate within', () => {
    expect(confidenceSequence(0, 0)).toEqual({ low: 0, high: 1, confidence: 0.95 });
    const { low, high } = confidenceSequence(8, 25);
    expect(low).toBeLessThan(0.32);
    expect(high).toBeGreaterThan(0.32);
    expect(low).toBeLessThan(clopperPearson(8, 25).low);
  });

  test.each([
    [6, 5, 0.95],
    [-1, 5, 0.95],
    [1, 5, 1],
  ])('%d of %d at %d is refused', (k, n, confidence) => {
    expect(() => confidenceSequence(k, n, confidence)).toThrow(RangeError);
  });
});

describe('samples to claim a rate', () => {
  test('is the first number at which the interval ends there', () => {
    for (const [rate, confidence] of [
      [0.05, 0.95],
      [0.3, 0.8],
      [0.01, 0.99],
    ] as const) {
      const n = samplesToClaim(rate, confidence);
      expect(confidenceSequence(0, n, confidence).high).toBeLessThanOrEqual(rate);
      expect(confidenceSequence(0, n - 1, confidence).high).toBeGreaterThan(rate);
    }
  });

  test('1 in 20 is told from 0 by 71 samples', () => {
    expect(samplesToClaim(0.05, 0.95)).toBe(71);
  });
});

describe('evidence that the candidate fails more often', () => {
  const pairs = (count: number, baseline: boolean, candidate: boolean): Pair[] =>
    Array.from({ length: count }, () => ({ baseline, candidate }));

  test('grows with every pair that says so, and only then', () => {
    expect(evidenceOfMore([])).toBe(1);
    expect(evidenceOfMore(pairs(4, false, true))).toBeGreaterThan(20);
    expect(evidenceOfMore(pairs(20, true, true))).toBeLessThanOrEqual(1);
    expect(evidenceOfMore(pairs(20, true, false))).toBe(1);
  });

  // Over all outcomes of six pairs, each weighted by its chance: an e-value's mean is 1 at most.
  test.each([
    [0.5, 0.5],
    [0.1, 0.1],
    [0.3, 0.2],
    [0.9, 0.1],
  ])(
    'has a mean of 1 at most when the baseline fails at %d and the candidate at %d',
    (baseline, candidate) => {
      let mean = 0;
      for (let bits = 0; bits < 4 ** 6; bits++) {
        const outcome = Array.from({ length: 6 }, (_, at) => ({
          baseline: ((bits >> (2 * at)) & 1) === 1,
          candidate: ((bits >> (2 * at + 1)) & 1) === 1,
        }));
        const chance = outcome.reduce(
          (product, pair) =>
            product *
            (pair.baseline ? baseline : 1 - baseline) *
            (pair.candidate ? candidate : 1 - candidate),
          1,
        );
        mean += chance * evidenceOfMore(outcome);
      }
      expect(mean).toBeLessThanOrEqual(1 + 1e-9);
    },
  );
});
