import { describe, expect, it } from 'vitest';
import { hasBit } from '../../scripts/bisect/bits.ts';
import {
  type Action,
  DEFAULT_LIMITS,
  decide,
  type Known,
  type Question,
} from '../../scripts/bisect/decide.ts';
import type { Range } from '../../scripts/bisect/range.ts';
import { seeded } from '../../scripts/lib/random.ts';
import { lineRange, MERGED, mergedRange } from './graphs.ts';

const costs = { build: 60, start: 15, sample: 2 };

/** `skip`, or how many of n samples are hits. */
type Answer = (revision: string, samples: number) => number | 'skip';

interface Played {
  readonly end: Exclude<Action, { kind: 'sample' }>;
  readonly tested: readonly string[];
  readonly samples: number;
}

function play(question: Partial<Question> & { range: Range }, answer: Answer): Played {
  const whole = { oldest: 'old', mergeBases: [], confidence: 0.95, limits: DEFAULT_LIMITS, ...question };
  const tallies = new Map<string, { hits: number; misses: number }>();
  const skipped = new Set<string>();
  const tested: string[] = [];
  let samples = 0;
  for (let steps = 0; steps < 1000; steps++) {
    const observations = [...tallies].map(([revision, tally]) => ({ revision, tally }));
    const known: Known = { observations, built: new Set(tallies.keys()), warm: tested.at(-1), skipped };
    const action = decide(whole, known, costs);
    if (action.kind !== 'sample') return { end: action, tested, samples };
    const { revision, samples: count } = action.step;
    if (tested.at(-1) !== revision) tested.push(revision);
    const hits = answer(revision, count);
    if (hits === 'skip') {
      skipped.add(revision);
      continue;
    }
    samples += count;
    const before = tallies.get(revision) ?? { hits: 0, misses: 0 };
    tallies.set(revision, { hits: before.hits + hits, misses: before.misses + count - hits });
  }
  throw new Error('it goes on for ever');
}

/** Always bad from the culprit on, never before it. */
function certain(range: Range, culprit: string, skips: readonly string[] = []): Answer {
  const index = range.indexOf(culprit) ?? -1;
  return (revision, samples) =>
    skips.includes(revision) ? 'skip' : hasBit(range.reach(revision), index) ? samples : 0;
}

describe('decide', () => {
  it.each(lineRange(20).candidates)('finds %s in a line, with few builds', (culprit) => {
    const range = lineRange(20);
    const { end, tested, samples } = play({ range }, certain(range, culprit));
    expect(end).toMatchObject({ kind: 'found', candidates: [culprit] });
    // Both endpoints, and the binary logarithm of 20, rounded up.
    expect(new Set(tested).size).toBeLessThanOrEqual(7);
    expect(samples).toBeLessThanOrEqual(2 * DEFAULT_LIMITS.endpoint + 22);
  });

  it.each(MERGED.map(({ id }) => id))('finds %s on either side of a merge', (culprit) => {
    const range = mergedRange();
    expect(play({ range }, certain(range, culprit)).end).toMatchObject({ candidates: [culprit] });
  });

  it.each([0.3, 0.6, 0.9])('finds a culprit that shows itself in %d of samples', (rate) => {
    const range = lineRange(30);
    const right = range.candidates.filter((culprit, seed) => {
      const draw = seeded(seed + 1);
      const known = certain(range, culprit);
      const { end } = play({ range }, (revision, samples) =>
        known(revision, 1) === 0
          ? 0
          : Array.from({ length: samples }, () => draw(1000)).filter((one) => one < 1000 * rate).length,
      );
      return end.kind === 'found' && end.candidates[0] === culprit;
    });
    expect(right.length).toBeGreaterThanOrEqual(28);
  });

  it('says which commits are left when the rest can not be tested', () => {
    const range = lineRange(20);
    const { end } = play({ range }, certain(range, 'c7', ['c5', 'c6', 'c7']));
    expect(end).toMatchObject({ kind: 'found', candidates: ['c8', 'c7', 'c6', 'c5'] });
  });

  it('is not held up by skips elsewhere', () => {
    const range = lineRange(20);
    const { end } = play({ range }, certain(range, 'c7', ['c10', 'c11', 'c9', 'c3']));
    expect(end).toMatchObject({ kind: 'found', candidates: ['c7'] });
  });

  it('begins with the new endpoint, then the old one', () => {
    const range = lineRange(20);
    expect(play({ range }, certain(range, 'c7')).tested.slice(0, 2)).toEqual(['c20', 'old']);
  });

  it.each([
    ['never bad', () => 0, 'endpoints-alike'],
    ['always bad', (_: string, samples: number) => samples, 'endpoints-alike'],
    ['half bad everywhere', (_: string, samples: number) => Math.round(samples / 2), 'endpoints-alike'],
    [
      'the wrong way round',
      (revision: string, samples: number) => (revision === 'old' ? samples : 0),
      'reversed',
    ],
    ['untestable', (revision: string) => (revision === 'old' ? 'skip' : 8), 'endpoint-skipped'],
  ] as const)('endpoints: %s', (_, answer, reason) => {
    const { end, tested } = play({ range: lineRange(20) }, answer);
    expect(end).toMatchObject({ kind: 'stuck', why: { reason } });
    expect(tested.every((revision) => ['old', 'c20'].includes(revision))).toBe(true);
  });

  it('tests a merge base first, and goes on when it is old', () => {
    const range = mergedRange();
    const { end, tested } = play({ range, oldest: 'elsewhere', mergeBases: ['old'] }, certain(range, 's1'));
    expect(tested.slice(0, 3)).toEqual(['tip', 'elsewhere', 'old']);
    expect(end).toMatchObject({ candidates: ['s1'] });
  });

  it('a merge base with the new behaviour means that the other side has a fix', () => {
    const { end } = play(
      { range: mergedRange(), oldest: 'elsewhere', mergeBases: ['old'] },
      (revision, samples) => (revision === 'elsewhere' ? 0 : samples),
    );
    expect(end).toMatchObject({ kind: 'stuck', why: { reason: 'merge-base-new', revision: 'old' } });
  });

  it('stops at the limit, with what it believes by then', () => {
    const range = lineRange(200);
    const known = certain(range, 'c150');
    const { end, samples } = play({ range, limits: { ...DEFAULT_LIMITS, samples: 60 } }, (revision, count) =>
      known(revision, 1) === 0 ? 0 : Math.ceil(count / 3),
    );
    expect(end).toMatchObject({ kind: 'stuck', why: { reason: 'out-of-samples' } });
    expect(end.belief?.posterior).toHaveLength(200);
    expect(samples).toBeLessThan(120);
  });

  it('has nothing to do in an empty range', () => {
    expect(play({ range: lineRange(0) }, () => 0).end).toMatchObject({ why: { reason: 'empty' } });
  });
});
