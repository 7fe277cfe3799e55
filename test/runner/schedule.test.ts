import { describe, expect, it } from 'vitest';
import type { Demand, HostState } from '../../scripts/runner/admission.ts';
import { type CellState, decide, type ScheduledCell, type View } from '../../scripts/runner/schedule.ts';

const MIB = 1024 ** 2;
const demand: Demand = { kind: 'k', cpus: 2, mostMiB: 1024 + 650, alone: false };
const LARGE: HostState = { cores: 64, availableBytes: 64 * 1024 * MIB, peaks: new Map() };
const STATES: Readonly<Record<string, CellState>> = {
  w: 'waiting',
  p: 'preparing',
  r: 'ready',
  x: 'running',
  e: 'ended',
};

/** A cell a letter: w waiting, p preparing, r ready, x running, e ended; upper case: it must be alone. */
function view(letters: string, changes: Partial<View> = {}, cell: Partial<ScheduledCell> = {}): View {
  const cells = [...letters].map((letter) => {
    const alone = letter !== letter.toLowerCase();
    const state = STATES[letter.toLowerCase()] ?? 'waiting';
    return { state, demand: { ...demand, alone }, warmKey: undefined, ...cell };
  });
  const running = cells
    .filter(({ state }) => state === 'running')
    .map((one) => ({ demand: one.demand, usedBytes: 0 }));
  return {
    cells,
    running,
    warming: undefined,
    warmed: new Set<string>(),
    host: LARGE,
    jobs: undefined,
    ...changes,
  };
}

/** `start 2`; `nothing`. */
function next(given: View): string {
  const action = decide(given);
  return action === undefined ? 'nothing' : `${action.type} ${action.index}`;
}

const warming = { demand, usedBytes: 0 };
const small: HostState = { ...LARGE, cores: 2 };
const tight: HostState = { ...LARGE, availableBytes: 100 * MIB };

describe('decide', () => {
  it.each([
    // Artifacts.
    ['www', 'prepare 0'],
    ['pww', 'prepare 1'],
    ['ppw', 'nothing'],
    ['epw', 'prepare 2'],
    // A cell starts as soon as its own artifacts are there, whatever those before it wait for.
    ['prw', 'start 1'],
    ['ppr', 'start 2'],
    ['rrr', 'start 0'],
    ['xrr', 'start 1'],
    ['xww', 'prepare 1'],
    ['xxx', 'nothing'],
    ['eee', 'nothing'],
    ['', 'nothing'],
    // One that must be alone waits until everything ended, holds back what comes after it, and runs alone.
    ['xR', 'nothing'],
    ['pR', 'nothing'],
    ['eR', 'start 1'],
    ['Rr', 'start 0'],
    ['xRrw', 'nothing'],
    ['Xrw', 'nothing'],
    ['XR', 'nothing'],
    // It does not hold back those that stand before it.
    ['rR', 'start 0'],
    ['wX', 'nothing'],
    ['wR', 'start 1'],
  ])('%s: %s', (letters, action) => {
    expect(next(view(letters))).toBe(action);
  });

  it.each([
    ['cores are shared', 'xr', small, 'start 1'],
    ['but not by three', 'xxr', small, 'nothing'],
    ['a large cell is not overtaken', 'xxrr', small, 'nothing'],
    ['one runs however little there is', 'rr', tight, 'start 0'],
    ['and no second one beside it', 'xr', tight, 'nothing'],
  ])('%s', (_, letters, host, action) => {
    expect(next(view(letters, { host }))).toBe(action);
  });

  it('jobs count, whatever the host has', () => {
    expect(next(view('xr', { jobs: 1 }))).toBe('nothing');
    expect(next(view('xxr', { jobs: 3, host: tight }))).toBe('start 2');
    expect(next(view('xxxr', { jobs: 3 }))).toBe('nothing');
    expect(next(view('xR', { jobs: 3 }))).toBe('nothing');
  });
});

describe('what is made beforehand', () => {
  const full = { host: small };
  const key = { warmKey: 'a' };

  it('is for cells that wait for room', () => {
    expect(next(view('xxr', full, key))).toBe('warm 2');
    expect(next(view('xxr', full))).toBe('nothing');
    expect(next(view('xxp', full, key))).toBe('nothing');
  });

  it('comes after starts and preparations', () => {
    expect(next(view('xr', full, key))).toBe('start 1');
    expect(next(view('xxrw', full, key))).toBe('prepare 3');
  });

  it('is made once, and one at a time', () => {
    expect(next(view('xxr', { ...full, warmed: new Set(['a']) }, key))).toBe('nothing');
    expect(next(view('xxr', { ...full, warmed: new Set(['b']), warming }, key))).toBe('nothing');
  });

  it('needs memory as a machine does, and none of the jobs', () => {
    expect(next(view('xr', { host: tight }, key))).toBe('nothing');
    expect(next(view('xxr', { jobs: 2 }, key))).toBe('nothing');
  });

  it('is not made beside a cell that must be alone, nor when one is next', () => {
    expect(next(view('XR', {}, key))).toBe('nothing');
    expect(next(view('xR', {}, key))).toBe('nothing');
    // And such a cell waits for it.
    expect(next(view('R', { warming }, key))).toBe('nothing');
  });

  it('takes no core from cells, but memory', () => {
    expect(next(view('xr', { host: small, warming }))).toBe('start 1');
    const two = { ...small, availableBytes: (256 + 2 * (1024 + 650)) * MIB };
    expect(next(view('xr', { host: two }))).toBe('start 1');
    expect(next(view('xr', { host: two, warming }))).toBe('nothing');
  });
});
