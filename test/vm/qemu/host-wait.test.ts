import { describe, expect, it } from 'vitest';
import { LONGEST_STRETCH } from '../../../scripts/lib/limit.ts';
import { QemuWait, readDelays } from '../../../vm/qemu/host-wait.ts';

/** A QEMU whose threads' delays (ms) and whose clock (ms) are set by hand. */
function machine() {
  const state: { now: number; threads: Record<string, number> } = { now: 0, threads: { cpu0: 100, cpu1: 0 } };
  const read = () => new Map(Object.entries(state.threads).map(([task, ms]) => [task, ms * 1e6]));
  return { state, wait: new QemuWait(read, () => state.now) };
}

describe('the wait of a machine', () => {
  it('begins when it is first looked at', () => {
    const { wait } = machine();
    expect(wait.ms).toBe(0);
    expect(wait.slowdown).toBe(1);
  });

  it('is that of the thread that waited longest, from look to look', () => {
    const { state, wait } = machine();
    state.now = 1000;
    state.threads = { cpu0: 400, cpu1: 200 };
    expect(wait.ms).toBe(300);
    state.now = 2000;
    state.threads = { cpu0: 400, cpu1: 700 };
    expect(wait.ms).toBe(800);
    expect(wait.slowdown).toBeCloseTo(2000 / 1200);
  });

  it('counts threads that come, forgets those that go, and is never longer than the time', () => {
    const { state, wait } = machine();
    state.now = 1000;
    state.threads = { cpu0: 100, worker: 250 };
    expect(wait.ms).toBe(250);
    state.now = 1100;
    state.threads = { cpu0: 100, late: 90_000 };
    expect(wait.ms).toBe(350);
    state.now = 1200;
    state.threads = {};
    expect(wait.ms).toBe(350);
  });

  it('slows down by no more than what a limit can be stretched', () => {
    const { state, wait } = machine();
    state.now = 100_000;
    state.threads = { cpu0: 1e9 };
    expect(wait.slowdown).toBe(LONGEST_STRETCH);
  });
});

it('the scheduler tells of the threads of a process, and of our own', () => {
  const delays = readDelays(process.pid);
  expect([...delays.keys()]).toEqual(expect.arrayContaining(['own', String(process.pid)]));
  expect([...delays.values()].every((ns) => Number.isSafeInteger(ns) && ns >= 0)).toBe(true);
});

it('nothing is told of a process that is gone', () => {
  expect(readDelays(2 ** 22 + 1)).toEqual(new Map());
});
