import { describe, expect, it } from 'vitest';
import { findCut, isBeyond } from '../../scripts/bisect/metric.ts';
import { type SampleOutcome, tally } from '../../scripts/bisect/outcome.ts';

describe('findCut', () => {
  it('lies in the middle between two that are apart', () => {
    expect(findCut([3.4, 3.9, 3.5], [9.6, 14.3, 10])).toEqual({ side: 'above', at: 6.75 });
    expect(findCut([9.6, 14.3, 10], [3.4, 3.9, 3.5])).toEqual({ side: 'below', at: 6.75 });
  });

  it('is not moved by an outlier', () => {
    const cut = findCut([3, 3.1, 3.2, 3.3, 12], [10, 10.5, 11, 11.5, 12.5]);
    expect(cut).toMatchObject({ side: 'above' });
    expect(cut?.at).toBeCloseTo(6.65, 9);
  });

  it('is nowhere where nothing differs', () => {
    expect(findCut([1, 2], [1, 2])).toBeUndefined();
    expect(findCut([1], [1])).toBeUndefined();
    expect(findCut([], [])).toBeUndefined();
  });

  it('beyond is strictly on the new side', () => {
    expect([1, 2, 3].map((value) => isBeyond({ side: 'above', at: 2 }, value))).toEqual([false, false, true]);
    expect([1, 2, 3].map((value) => isBeyond({ side: 'below', at: 2 }, value))).toEqual([true, false, false]);
  });
});

describe('tally', () => {
  const outcomes: SampleOutcome[] = [
    { judged: 'good', value: 3 },
    { judged: 'good', value: 9 },
    { judged: 'good' },
    { judged: 'bad', value: 3 },
    { judged: 'bad' },
    { judged: 'unjudged', value: 9 },
  ];

  it.each([
    ['bad samples, when the culprit is looked for', { findFix: false }, { hits: 2, misses: 3 }],
    ['good samples, when the fix is', { findFix: true }, { hits: 3, misses: 2 }],
    ['by a metric', { findFix: false, cut: { side: 'above', at: 5 } }, { hits: 3, misses: 1 }],
    ['a fix by a metric', { findFix: true, cut: { side: 'below', at: 5 } }, { hits: 1, misses: 3 }],
  ] as const)('%s', (_, rule, expected) => {
    expect(tally(outcomes, rule)).toEqual(expected);
  });
});
