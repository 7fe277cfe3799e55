import { describe, expect, test } from 'vitest';
import { seeded } from '../../scripts/lib/random.ts';
import type { ReportSample } from '../../scripts/model/cell.ts';
import { compare, overall } from '../../scripts/verify/compare.ts';
import { lacking } from '../../scripts/verify/setting.ts';
import { DEFAULT_TOLERANCE } from '../../scripts/verify/tolerance.ts';
import { oomKill, sample } from '../verdict/samples.ts';

const MIB = 1024 ** 2;
const OPTIONS = { tolerance: DEFAULT_TOLERANCE, confidence: 0.95, looks: 4, planned: 3 };

interface Given {
  readonly bad?: number;
  readonly peak?: number;
  readonly ms?: number;
}

/** Samples around the given values; the first `bad` of them show the symptom. */
function samples(count: number, seed: number, { bad = 0, peak, ms }: Given): ReportSample[] {
  const draw = seeded(seed);
  const near = (value: number) => value * (0.95 + draw(1000) / 10_000);
  return Array.from({ length: count }, (_, at) => ({
    ...sample({ id: `start#${at + 1}`, index: at + 1 }),
    metrics: {
      ...(peak === undefined ? {} : { 'memory.peak': { value: Math.round(near(peak)), unit: 'bytes' } }),
      ...(ms === undefined ? {} : { 'start.time': { value: near(ms), unit: 'ms' } }),
    },
    judged: at < bad ? 'bad' : 'good',
    because: undefined,
  }));
}

function answers(count: number, baseline: Given, candidate: Given) {
  const found = compare(
    [{ arms: 'x', baseline: samples(count, 1, baseline), candidate: samples(count, 2, candidate) }],
    OPTIONS,
  );
  return Object.fromEntries(found.map((one) => [one.quantity, one]));
}

describe('an upgrade', () => {
  test('that fails plainly more often has regressed at the first look', () => {
    const { failures } = answers(6, { bad: 0 }, { bad: 6 });
    expect(failures).toMatchObject({
      answer: 'regressed',
      because: 'fails in 6 of 6, the baseline in 0 of 6',
    });
  });

  test('says what the first failure was', () => {
    const candidate = samples(6, 2, { bad: 6 }).map((one) => ({ ...one, because: 'OOM kill of runc' }));
    const [found] = compare([{ arms: 'x', baseline: samples(6, 1, {}), candidate }], OPTIONS);
    expect(found?.because).toBe('fails in 6 of 6, the baseline in 0 of 6; the first: OOM kill of runc');
  });

  test('that fails once more is open', () => {
    expect(answers(12, { bad: 0 }, { bad: 1 }).failures?.answer).toBe('inconclusive');
  });

  test('without a failure is safe only when the upper bound is within what is tolerated', () => {
    expect(answers(12, {}, {}).failures?.answer).toBe('inconclusive');
    expect(answers(12, {}, {}).failures?.because).toMatch(/would need about \d+ more pairs/);
    const { failures } = answers(48, {}, {});
    expect(failures?.answer).toBe('safe');
    expect(failures?.because).toMatch(/at most \+9\.9% \(95% upper bound\)/);
  });

  test('that fails less is safe', () => {
    const { failures } = answers(12, { bad: 12 }, { bad: 0 });
    expect(failures?.answer).toBe('safe');
    expect(failures?.because).toBe(
      'fails in 0 of 12, the baseline in 12 of 12; no increase (95% upper bound)',
    );
  });

  test('that takes much more memory has regressed, where failures tell nothing', () => {
    const { failures, memory } = answers(6, { peak: 3.7 * MIB }, { peak: 12 * MIB });
    expect(failures?.answer).toBe('inconclusive');
    expect(memory?.answer).toBe('regressed');
    expect(memory?.change.low).toBeGreaterThan(7 * MIB);
  });

  test('that takes a little more, less than is tolerated, is safe, and says how much', () => {
    const { memory } = answers(24, { peak: 3.7 * MIB }, { peak: 4.1 * MIB });
    expect(memory?.answer).toBe('safe');
    expect(memory?.because).toMatch(/\+3\d\d KiB; at most \+\d+ KiB \(95% upper bound\)/);
  });

  test('times are compared by their ratio', () => {
    expect(answers(24, { ms: 3025 }, { ms: 4123 }).time?.answer).toBe('regressed');
    expect(answers(24, { ms: 3025 }, { ms: 4123 }).time?.change.estimate).toBeCloseTo(0.36, 1);
    expect(answers(24, { ms: 3025 }, { ms: 3100 }).time?.answer).toBe('safe');
    expect(answers(24, { ms: 3025 }, { ms: 2000 }).time?.answer).toBe('safe');
  });

  test('more comparisons take more evidence', () => {
    const arms = [{ arms: 'x', baseline: samples(6, 1, {}), candidate: samples(6, 2, { bad: 4 }) }];
    const [alone] = compare(arms, { ...OPTIONS, planned: 1 });
    const [among] = compare(arms, { ...OPTIONS, planned: 40 });
    expect(among?.p).toBeGreaterThan(alone?.p ?? 1);
  });

  test('a case that provokes an OOM kill says nothing of memory', () => {
    const provoke = (given: ReportSample[]): ReportSample[] =>
      given.map((one) => ({ ...one, oomKills: [oomKill({ expected: true })] }));
    const found = compare(
      [
        {
          arms: 'x',
          baseline: provoke(samples(6, 1, { peak: 15 * MIB })),
          candidate: provoke(samples(6, 2, { peak: 15 * MIB })),
        },
      ],
      OPTIONS,
    );
    expect(found.map(({ quantity }) => quantity)).toEqual(['failures']);
  });

  test('samples without a judgement count on neither side', () => {
    const unjudged = samples(6, 1, {}).map((one) => ({ ...one, judged: 'unjudged' as const }));
    expect(compare([{ arms: 'x', baseline: samples(6, 1, {}), candidate: unjudged }], OPTIONS)).toEqual([]);
  });
});

test.each([
  [['safe', 'safe'], 'safe'],
  [['safe', 'inconclusive'], 'inconclusive'],
  [['safe', 'inconclusive', 'regressed'], 'regressed'],
  [[], 'inconclusive'],
] as const)('%j together are %s', (all, one) => {
  expect(overall(all)).toBe(one);
});

test('a metric that one arm seldom has is told, not compared: nothing is worse than what the baseline lacks', () => {
  const timed = samples(6, 1, { ms: 100 });
  const rarely = samples(6, 2, { ms: 100 }).map((one) => (one.index > 2 ? { ...one, metrics: {} } : one));
  const text = 'x · start: start.time was measured in 2 of 6 samples of the';
  expect(lacking({ arms: 'x', baseline: rarely, candidate: timed })).toEqual({
    notes: [`${text} baseline`],
    gaps: [],
  });
  expect(lacking({ arms: 'x', baseline: timed, candidate: rarely })).toEqual({
    notes: [],
    gaps: [`${text} candidate`],
  });
  const found = compare([{ arms: 'x', baseline: rarely, candidate: timed }], OPTIONS);
  expect(found.map(({ quantity }) => quantity)).toEqual(['failures']);
});

test('times of a host under pressure tell nothing; failures and memory do', () => {
  const pressed = (seed: number, given: Given) =>
    samples(40, seed, given).map((one) => ({ ...one, host: { cpuPressure: 98, clockStepMs: 0 } }));
  const found = compare(
    [
      {
        arms: 'x',
        baseline: pressed(1, { peak: 10 * MIB, ms: 100 }),
        candidate: pressed(2, { peak: 10 * MIB, ms: 300 }),
      },
    ],
    OPTIONS,
  );
  const of = (quantity: string) => found.find((one) => one.quantity === quantity);
  expect(of('time')).toMatchObject({
    answer: 'inconclusive',
    because: expect.stringContaining('the host was under pressure in 80 of 80 samples'),
  });
  expect(of('memory')?.answer).toBe('safe');
});
