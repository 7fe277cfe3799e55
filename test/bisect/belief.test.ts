import { describe, expect, it } from 'vitest';
import { believe, likeliest, type Observation, probabilityOfNew } from '../../scripts/bisect/belief.ts';
import { marginal } from '../../scripts/bisect/rates.ts';
import { lineRange, mergedRange } from './graphs.ts';

const seen = (revision: string, hits: number, misses: number, digest?: string): Observation => ({
  revision,
  tally: { hits, misses },
  digest,
});
const rounded = (weights: Float64Array) => [...weights].map((weight) => Math.round(weight * 1000) / 1000);

describe('believe', () => {
  it('is the same for all while nothing was seen', () => {
    expect(rounded(believe(lineRange(4), []).posterior)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(believe({ ...lineRange(0), candidates: [] }, []).posterior).toHaveLength(0);
  });

  it('weighs the hypotheses by what each side shows', () => {
    // c2 of c1…c3: new if the culprit is c1 or c2, old if it is c3.
    const belief = believe(lineRange(3), [seen('old', 0, 9), seen('c3', 7, 2), seen('c2', 1, 1)]);
    const isNew = marginal({ hits: 0, misses: 9 }, { hits: 8, misses: 3 });
    const isOld = marginal({ hits: 1, misses: 10 }, { hits: 7, misses: 2 });
    const odds = Math.exp(isNew.logEvidence - isOld.logEvidence);
    const [c3 = 0, c2 = 0, c1 = 0] = belief.posterior;
    expect(c1).toBeCloseTo(c2, 12);
    expect(c1 / c3).toBeCloseTo(odds, 9);
    expect(c1 + c2 + c3).toBeCloseTo(1, 12);
    expect(belief.newRates[2]).toBe(isNew.newRate);
    expect(belief.oldRates[0]).toBe(isOld.oldRate);
    expect(probabilityOfNew(lineRange(3), belief, 'c2')).toBeCloseTo(c1 + c2, 12);
  });

  it('one hit means little where the old rate is high, and much where it was never seen', () => {
    const share = (oldHits: number) =>
      probabilityOfNew(
        lineRange(8),
        believe(lineRange(8), [seen('old', oldHits, 20), seen('c8', 20, 5), seen('c4', 1, 0)]),
        'c4',
      );
    expect(share(0)).toBeGreaterThan(0.95);
    expect(share(8)).toBeLessThan(0.8);
  });

  it('a merge that is bad with both of its parents good is the culprit', () => {
    const belief = believe(mergedRange(), [
      ...[seen('old', 0, 20), seen('tip', 20, 0)],
      ...[seen('b', 0, 10), seen('s2', 0, 10), seen('m', 10, 0)],
    ]);
    expect(mergedRange().candidates[likeliest(belief)]).toBe('m');
    expect(belief.posterior[likeliest(belief)]).toBeGreaterThan(0.999);
  });

  it('a commit on one branch says nothing about the other', () => {
    const range = mergedRange();
    const belief = believe(range, [seen('old', 0, 20), seen('tip', 20, 0), seen('b', 0, 10)]);
    const of = (id: string) => belief.posterior[range.indexOf(id) ?? -1] ?? 0;
    expect(of('s1')).toBeCloseTo(0.25, 3);
    expect(of('m')).toBeCloseTo(0.25, 3);
    expect(of('a') + of('b')).toBeLessThan(0.001);
  });

  it('nothing between two equal binaries is the culprit', () => {
    const range = lineRange(5);
    const equal = believe(range, [
      seen('c2', 0, 1, 'same'),
      seen('c4', 0, 0, 'same'),
      seen('c5', 0, 0, 'other'),
    ]);
    expect(equal.posterior[range.indexOf('c3') ?? -1]).toBe(0);
    expect(equal.posterior[range.indexOf('c4') ?? -1]).toBe(0);
    expect(equal.posterior[range.indexOf('c5') ?? -1]).toBeGreaterThan(0.3);
    const none = believe(range, [seen('old', 0, 1, 'same'), seen('c5', 1, 0, 'same')]);
    expect(rounded(none.posterior)).toEqual([0, 0, 0, 0, 0]);
  });
});
