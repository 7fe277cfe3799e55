import { describe, expect, test } from 'vitest';
import type { Sampling } from '../../scripts/scenario/types.ts';
import { judgeCell } from '../../scripts/verdict/judge.ts';
import { isSettled, type Judged, needed, rateOf } from '../../scripts/verdict/settle.ts';
import { oomKill, sample } from './samples.ts';

const AUTO: Sampling = { auto: true, rate: 0.05, confidence: 0.95 };

const judged = (text: string, id = 'start'): Judged[] =>
  [...text].map((letter) => ({
    case: id,
    judged: letter === 'b' ? 'bad' : letter === 'u' ? 'unjudged' : 'good',
  }));

describe('samples: auto', () => {
  test.each([
    ['', false],
    ['b', false],
    ['bb', false],
    ['bbb', true],
    ['gbg', true],
    ['ggu', true],
    ['gu', false],
    ['ggg', false],
    ['g'.repeat(70), false],
    ['g'.repeat(71), true],
    [`${'g'.repeat(40)}b`, true],
  ])('%s', (text, settled) => {
    expect(isSettled(judged(text), ['start'], AUTO)).toBe(settled);
  });

  test('every case speaks for itself, and no round is cut short', () => {
    const cases = ['start', 'exec'];
    expect(isSettled([...judged('bbb'), ...judged('gg', 'exec')], cases, AUTO)).toBe(false);
    expect(isSettled([...judged('bbb'), ...judged('ggg', 'exec')], cases, AUTO)).toBe(true);
    const half = 'g'.repeat(36);
    expect(isSettled([...judged(half), ...judged(half, 'exec')], cases, AUTO)).toBe(false);
  });

  // The rule from its definition: of rates at the claimed one or above, how many cells come out good?
  test.each([0.05, 0.08, 0.2])('a rate of %d is called good in less than 5%% of all cells', (rate) => {
    let clean = 1;
    for (let n = 0; !isSettled(judged('g'.repeat(n)), ['start'], AUTO); n++) clean *= 1 - rate;
    expect(clean).toBeLessThanOrEqual(0.05);
  });

  test('a fixed number claims what its own interval does', () => {
    expect(needed({ auto: false, rate: undefined, confidence: 0.95 })).toBe(1);
    expect(needed({ auto: false, rate: 0.05, confidence: 0.95 })).toBe(72);
  });

  test('the interval names its method', () => {
    expect(rateOf(3, 3, AUTO).method).toBe('confidence-sequence');
    expect(rateOf(3, 3, { ...AUTO, auto: false }).method).toBe('clopper-pearson');
    expect(rateOf(3, 3, AUTO).interval.low).toBeLessThan(rateOf(3, 3, { ...AUTO, auto: false }).interval.low);
  });
});

describe('a verdict with a claim', () => {
  const SYMPTOM = { oomKill: {} };
  const clean = (count: number, id = 'start') =>
    Array.from({ length: count }, (_, at) => sample({ id: `${id}#${at + 1}`, case: id, index: at + 1 }));

  test('is good when every case has enough clean samples', () => {
    expect(judgeCell(SYMPTOM, clean(71), { sampling: AUTO })).toMatchObject({
      kind: 'good',
      bad: 0,
      total: 71,
      below: 0.05,
      method: 'confidence-sequence',
    });
  });

  test('is inconclusive before, and says how many more it takes', () => {
    const verdict = judgeCell(SYMPTOM, [...clean(71), ...clean(50, 'exec')], { sampling: AUTO });
    expect(verdict).toMatchObject({ kind: 'skip', inconclusive: { bad: 0, total: 121, more: 21 } });
    expect(verdict.reason).toBe(
      'inconclusive: not seen in 50 samples of a case, which allows a rate of up to 7%; to claim less than 5%, it would need about 21 more',
    );
  });

  test('the symptom is bad, however rare', () => {
    const bad = sample({ id: 'start#72', outcome: 'failed', oomKills: [oomKill()] });
    expect(judgeCell(SYMPTOM, [...clean(71), bad], { sampling: AUTO })).toMatchObject({
      kind: 'bad',
      bad: 1,
      total: 72,
    });
  });

  test('a sample that could not be judged is no skip for want of samples', () => {
    const verdict = judgeCell(SYMPTOM, [...clean(80), sample({ outcome: 'error' })], { sampling: AUTO });
    expect(verdict).toMatchObject({ kind: 'skip' });
    expect(verdict).not.toHaveProperty('inconclusive');
  });
});
