import { describe, expect, it } from 'vitest';
import { outcomeOf, overallOutcome, timingsOf } from '../../scripts/bench/compare.ts';
import { seeded } from '../../scripts/lib/random.ts';
import type { ReportSample } from '../../scripts/model/cell.ts';

const sample = (index: number, metrics: Record<string, number>, id = 'sequential'): ReportSample => ({
  id: `${id}#${index}`,
  case: id,
  index,
  outcome: 'passed',
  errors: [],
  oomKills: [],
  kernelEvents: [],
  metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, { value, unit: 'ms' }])),
  startedAt: '2026-01-01T00:00:00Z',
  durationMs: 1,
  files: [],
  judged: 'good',
  because: '',
});

const draw = seeded(7);
/** Times around `mean`, a few percent apart; `offset` is that of the machine. */
const times = (mean: number, offset = 1) =>
  Array.from({ length: 12 }, (_, at) =>
    sample(at + 2, { 'start.total': mean * offset * (1 + 0.0004 * draw(100)) }),
  );
const OPTIONS = { confidence: 0.95, tolerate: 0.1, planned: 1 };
const ask = (a: ReportSample[], control: ReportSample[], b: ReportSample[]) =>
  timingsOf([{ at: '', baseline: a, control, candidate: b }], OPTIONS);

describe('a time', () => {
  it('that is a third more is slower, by as much', () => {
    const [one] = ask(times(3025), times(3025), times(4123));
    expect(one?.outcome).toBe('slower');
    expect(one?.ratio.low).toBeLessThan(1.363);
    expect(one?.ratio.high).toBeGreaterThan(1.363);
    expect(one?.noise).toBeLessThan(1.05);
    expect(one?.baseline.n).toBe(24);
  });

  it('that was taken on a host under pressure tells nothing, whatever it is', () => {
    const pressed = (samples: ReportSample[]) =>
      samples.map((one) => ({ ...one, host: { load: 3, clockStepMs: 0 } }));
    const [one] = ask(times(3025), times(3025), pressed(times(4123)));
    expect(one?.outcome).toBe('inconclusive');
    expect(one?.because).toContain('the host was under pressure in 12 of 36 samples');
  });

  it('that is the same is no slower', () => {
    expect(ask(times(1000), times(1000), times(1000))[0]?.outcome).toBe('alike');
  });

  it('that is less is faster', () => {
    expect(ask(times(1000), times(1000), times(700))[0]?.outcome).toBe('faster');
  });

  it('is not claimed to be slower by less than two machines with one build differ', () => {
    const [one] = ask(times(1000), times(1000, 1.4), times(1250));
    expect(one?.noise).toBeGreaterThan(1.35);
    expect(one?.outcome).toBe('inconclusive');
    expect(one?.because).toMatch(/so nothing can be claimed$/);
  });

  it('of too few samples tells nothing', () => {
    const few = (mean: number) => times(mean).slice(0, 2);
    const [one] = ask(few(1000), few(1000), few(5000));
    expect(one?.outcome).toBe('inconclusive');
    expect(one?.because).toContain('too few samples');
  });
});

it('the first time of a case decides, the others stand beside it', () => {
  const both = (mean: number) =>
    Array.from({ length: 12 }, (_, at) =>
      sample(at, { 'start.total': mean + at, 'start.p99': mean / 5 + at }),
    );
  const timings = ask(both(1000), both(1000), both(2000));
  expect(timings.map(({ metric, outcome }) => [metric, outcome])).toEqual([
    ['start.total', 'slower'],
    ['start.p99', undefined],
  ]);
});

it('a metric that one machine lacks, or that is no time, is left out', () => {
  const a = [sample(2, { 'start.total': 5, other: 1 })];
  expect(ask(a, a, [sample(2, { 'start.total': 5 })]).map(({ metric }) => metric)).toEqual(['start.total']);
});

describe('an answer', () => {
  const ratio = (low: number, high: number) => ({ estimate: (low + high) / 2, low, high });

  it.each([
    [1.2, 1.3, 1.02, 'slower'],
    [1.05, 1.09, 1.02, 'alike'],
    [1.05, 1.2, 1.02, 'slower'],
    [1.01, 1.2, 1.02, 'inconclusive'],
    [0.95, 1.05, 1.02, 'alike'],
    [0.95, 1.05, 1.2, 'inconclusive'],
    [0.8, 0.9, 1.02, 'faster'],
    [0.8, 0.9, 1.3, 'inconclusive'],
  ] as const)('of %d to %d with a noise of %d is %s', (low, high, noise, expected) => {
    expect(outcomeOf(ratio(low, high), noise, 0.1)).toBe(expected);
  });

  it.each([
    [['slower', 'alike'], 'slower'],
    [['inconclusive', 'alike'], 'inconclusive'],
    [['faster', 'alike'], 'alike'],
    [['faster', 'faster'], 'faster'],
    [[], 'inconclusive'],
  ] as const)('for all of %j is %s', (outcomes, expected) => expect(overallOutcome(outcomes)).toBe(expected));
});
