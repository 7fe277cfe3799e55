import { describe, expect, it } from 'vitest';
import { believe, type Observation } from '../../scripts/bisect/belief.ts';
import { type Costs, chooseStep, informationOf, type Situation } from '../../scripts/bisect/step.ts';
import { lineRange, mergedRange } from './graphs.ts';

const costs: Costs = { build: 60, start: 15, sample: 2 };
const seen = (revision: string, hits: number, misses: number): Observation => ({
  revision,
  tally: { hits, misses },
});
const plain = [seen('old', 0, 20), seen('c64', 20, 0)];
const none = new Set<string>();
const nothing: Situation = { built: none, skipped: none };

function choose(observations: readonly Observation[], situation: Partial<Situation> = {}, prices = costs) {
  const range = lineRange(64);
  return chooseStep(
    range,
    believe(range, observations),
    { ...nothing, anchors: ['old'], ...situation },
    prices,
  );
}

describe('informationOf', () => {
  const halves = (one: number, other: number) => [
    { weight: 0.5, rate: one },
    { weight: 0.5, rate: other },
  ];

  it.each([
    ['one sure sample halves the range', halves(1e-9, 1 - 1e-9), 1, 1],
    ['equal rates tell nothing', halves(0.3, 0.3), 10, 0],
    // 1 - H(0.11), the capacity of a binary symmetric channel.
    ['a flaky one tells half of it', halves(0.11, 0.89), 1, 0.5],
    // H(1/4) - H(1/2) / 2, the Z channel at even odds.
    ['a rare failure', halves(1e-9, 0.5), 1, 0.3113],
    ['many samples tell nearly all', halves(0.1, 0.9), 20, 1],
  ])('%s', (_, outlooks, samples, bits) => {
    expect(informationOf(outlooks, samples)).toBeCloseTo(bits, 3);
  });
});

describe('chooseStep', () => {
  it('halves the range where failures are certain', () => {
    expect(choose(plain)?.revision).toBe('c32');
    expect(choose(plain)?.samples).toBeLessThan(4);
  });

  it('takes more samples where they tell less', () => {
    const flaky = [seen('old', 1, 30), seen('c64', 10, 20)];
    expect(choose(flaky)?.samples).toBeGreaterThan(10);
  });

  it('takes what is built already when it is nearly as good, and not when it is far off', () => {
    expect(choose(plain, { built: new Set(['c26']) })?.revision).toBe('c26');
    expect(choose(plain, { built: new Set(['c63']) })?.revision).toBe('c32');
    expect(choose(plain, { built: new Set(['c32', 'c30']), warm: 'c30' })?.revision).toBe('c30');
  });

  it('goes on with a revision that is not clear yet', () => {
    const unclear = [...plain, seen('c32', 1, 1)];
    expect(choose(unclear, { built: new Set(['c32']), warm: 'c32' })).toMatchObject({ revision: 'c32' });
  });

  it('keeps away from what can not be tested, and from its neighbours', () => {
    const step = choose(plain, { skipped: new Set(['c32']) });
    const distance = Math.abs(Number(step?.revision.slice(1)) - 32);
    expect(distance).toBeGreaterThan(2);
    expect(distance).toBeLessThan(16);
  });

  it('samples the old endpoint again when the rest hangs on its rate', () => {
    // Half of all samples are bad everywhere: is the old rate that high, or is c1 the culprit?
    const tested = [64, 32, 16, 8, 4, 2, 1].map((at) => seen(`c${at}`, 8, 8));
    const observations = [seen('old', 0, 4), ...tested];
    const built = new Set(['old', ...tested.map(({ revision }) => revision)]);
    expect(choose(observations, { built })?.revision).toBe('old');
  });

  it('tests one side of a merge, then the other', () => {
    const range = mergedRange();
    const ends = [seen('old', 0, 20), seen('tip', 20, 0)];
    const first = chooseStep(range, believe(range, ends), nothing, costs);
    expect(['s2', 's1', 'b']).toContain(first?.revision);
    const rest = chooseStep(range, believe(range, [...ends, seen('s2', 0, 9)]), nothing, costs);
    expect(['b', 'm']).toContain(rest?.revision);
  });

  it('has nothing to choose when all is known, or nothing can be tested', () => {
    const range = lineRange(3);
    const all = new Set(range.candidates);
    expect(chooseStep(range, believe(range, plain), { ...nothing, skipped: all }, costs)).toBeUndefined();
    const one = lineRange(1);
    expect(chooseStep(one, believe(one, []), nothing, costs)).toBeUndefined();
  });
});
