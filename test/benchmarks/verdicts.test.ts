/** The bench of verdicts, where the answer is known without it. */
import { expect, test } from 'vitest';
import { auto } from '../../benchmarks/verdicts/auto.ts';
import { everMissed, fixed, sequence } from '../../benchmarks/verdicts/intervals.ts';
import { isolateOnce } from '../../benchmarks/verdicts/matrix.ts';
import { SAMPLING } from '../../benchmarks/verdicts/simulate.ts';
import { failing, verifyRuns } from '../../benchmarks/verdicts/verify.ts';

test('samples: auto says good after 71 clean samples, and only then', () => {
  expect(auto(0, SAMPLING)).toMatchObject({ good: 1, bad: 0, inconclusive: 0, mean: 71, most: 71 });
  const { good, bad, mean } = auto(0.05, SAMPLING);
  expect(good).toBeCloseTo(0.95 ** 71, 10);
  expect(good + bad).toBeCloseTo(1, 10);
  // The first failure is awaited for (1 − 0.95⁷¹) / 0.05 samples, and at least three are taken.
  expect(mean).toBeCloseTo((1 - 0.95 ** 71) / 0.05 + 2 * 0.05 + 0.95 * 0.05, 10);
  expect(auto(0, { ...SAMPLING, rate: 0.01 })).toMatchObject({ good: 0, inconclusive: 1, mean: 100 });
});

test('an interval that holds everything never misses, one that holds nothing always does', () => {
  expect(everMissed(() => ({ low: 0, high: 1, confidence: 1 }), [0.3])[0]?.missed).toBeCloseTo(0, 10);
  expect(everMissed(() => ({ low: 1, high: 0, confidence: 0 }), [0.3])[0]?.missed).toBe(1);
  expect(everMissed(sequence, [0])[0]?.missed).toBe(0);
  // Of one sample at one half: the exact interval holds 0.025 to 1, or 0 to 0.975.
  expect(fixed([1], [0.5])[0]?.missed).toBe(0);
});

test('plain effects are found, and none where there is none', () => {
  expect(verifyRuns(5, 1, { baseline: failing(0), candidate: failing(1) }).counts).toEqual({
    safe: 0,
    regressed: 5,
    inconclusive: 0,
  });
  expect(verifyRuns(5, 1, { baseline: failing(0), candidate: failing(0) }).counts).toEqual({
    safe: 5,
    regressed: 0,
    inconclusive: 0,
  });
  const { isolation, machines, samples } = isolateOnce(3, (changed) => (changed(1) ? 1 : 0), 1);
  expect(isolation.axes.map(({ role }) => role)).toEqual(['cleared', 'decides', 'cleared']);
  expect({ machines, samples }).toEqual({ machines: 8, samples: 64 });
});
