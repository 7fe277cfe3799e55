import { describe, expect, test } from 'vitest';
import { metricEffect, rateEffect } from '../../scripts/verdict/strata.ts';

const stratum = (base: number, other: number, total = 8) => ({
  without: { bad: base, total },
  with: { bad: other, total },
});

describe('the effect on a rate', () => {
  // By enumeration with scipy.stats.hypergeom.
  test('over two strata', () => {
    const { p, difference, interval } = rateEffect([stratum(2, 7), stratum(2, 8)]);
    expect(p).toBeCloseTo(0.00022005966061910116, 10);
    expect(difference).toBeCloseTo(11 / 16, 10);
    expect(interval.low).toBeGreaterThan(0.3);
  });

  test('strata without a failure tell nothing, and do not dilute it', () => {
    expect(rateEffect([stratum(0, 0), stratum(2, 8)])).toEqual(rateEffect([stratum(2, 8)]));
    expect(rateEffect([stratum(0, 0)])).toMatchObject({ difference: undefined, p: 1 });
    expect(rateEffect([])).toMatchObject({ difference: undefined, p: 1 });
  });

  test('strata in which everything fails tell that there is little difference', () => {
    const { p, difference, interval } = rateEffect([stratum(0, 0), stratum(8, 8)]);
    expect({ p, difference }).toEqual({ p: 1, difference: 0 });
    expect(interval.high).toBeLessThan(0.45);
  });

  test('opposite effects cancel out', () => {
    expect(rateEffect([stratum(0, 8), stratum(8, 0)])).toMatchObject({ difference: 0, p: 1 });
  });
});

describe('the effect on a metric', () => {
  test('of one stratum is the rank test: scipy.stats.mannwhitneyu, asymptotic, without continuity', () => {
    const found = metricEffect([{ without: [1, 2, 2, 3, 5, 9], with: [2, 3, 3, 5, 5, 8, 10] }]);
    expect(found?.p).toBeCloseTo(0.2451646285374126, 8);
    expect(found?.shift).toBe(1);
  });

  test('sees within strata what lies hidden between them', () => {
    const strata = [0, 100, 200].map((base) => ({
      without: [1, 2, 3, 4].map((value) => base + value),
      with: [5, 6, 7, 8].map((value) => base + value),
    }));
    expect(metricEffect(strata)?.p).toBeLessThan(0.001);
    expect(metricEffect(strata)?.shift).toBe(4);
  });

  test('needs values on both sides', () => {
    expect(metricEffect([{ without: [1], with: [] }])).toBeUndefined();
    expect(metricEffect([{ without: [1, 1], with: [1, 1] }])?.p).toBe(1);
  });
});
