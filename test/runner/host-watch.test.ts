import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { between, watchHost } from '../../scripts/runner/host-watch.ts';
import type { HostMoment } from '../../vm/machine.ts';
import { fakeMachine } from '../suites/support.ts';

const moment = (changes: Partial<HostMoment> = {}): HostMoment => ({
  running: 1,
  ticks: { steal: 0, all: 1000 },
  stalled: { cpu: 0, memory: 0 },
  wall: 5000,
  monotonic: 100,
  ...changes,
});

describe('between', () => {
  it('makes shares of what was added up', () => {
    const last = moment({
      ticks: { steal: 30, all: 1200 },
      stalled: { cpu: 500_000, memory: 12_340 },
      wall: 6000,
      monotonic: 1100,
    });
    expect(between(moment(), last, 1.234)).toEqual({
      load: 1.23,
      stealPercent: 15,
      cpuPressure: 50,
      memoryPressure: 1.2,
      clockStepMs: 0,
    });
  });

  it('knows a clock that was set, forwards and back', () => {
    const stepAt = (wall: number) => between(moment(), moment({ wall, monotonic: 1100 }), 0).clockStepMs;
    expect(stepAt(3_606_000)).toBe(3_600_000);
    expect(stepAt(1000)).toBe(-5000);
  });

  it('leaves out what the host does not tell', () => {
    const blind = moment({
      running: undefined,
      ticks: undefined,
      stalled: { cpu: undefined, memory: undefined },
    });
    expect(between(blind, { ...blind, wall: 6000, monotonic: 1100 }, Number.NaN)).toEqual({ clockStepMs: 0 });
  });
});

describe('watchHost', () => {
  it('looks while the sample is taken, and does not count the machine itself', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const seen = [2, 8, 8, 1];
    const machine = { ...fakeMachine(() => ({})), host: () => moment({ running: seen.shift() ?? 0 }) };
    const watch = watchHost(machine, 2);
    vi.advanceTimersByTime(1000);
    // The machine has two CPUs.
    expect(watch?.end()).toMatchObject({ load: 1.5 });
    vi.advanceTimersByTime(5000);
    expect(seen).toEqual([]);
  });

  it('has nothing to watch where the machine cannot tell of its host', () => {
    expect(watchHost(fakeMachine(() => ({})))).toBeUndefined();
  });
});
