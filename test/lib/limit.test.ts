import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Allowance, LONGEST_STRETCH, makeLimit, stretched } from '../../scripts/lib/limit.ts';

/** A host whose clock and whose waits are set by hand, in milliseconds. */
function host() {
  const state = { now: 1000, ms: 500, slowdown: 1 };
  return { state, now: () => state.now };
}

describe('an allowance', () => {
  it('is over when its time is, on an idle host', () => {
    const { state, now } = host();
    const allowed = new Allowance(60_000, state, now);
    expect(allowed.left).toBe(60_000);
    state.now += 59_999;
    expect(allowed.over).toBe(false);
    state.now += 1;
    expect(allowed.over).toBe(true);
    expect(allowed.said).toBe('60 s');
  });

  it("doesn't count what the host let the machine wait", () => {
    const { state, now } = host();
    const allowed = new Allowance(60_000, state, now);
    state.now += 90_000;
    state.ms += 50_000;
    expect(allowed.left).toBe(20_000);
    state.now += 40_000;
    state.ms += 20_000;
    expect(allowed.over).toBe(true);
    expect(allowed.said).toBe('60 s (the host was busy and let it wait for 70 s more)');
  });

  it('ends at last, however little the host gives', () => {
    const { state, now } = host();
    const allowed = new Allowance(60_000, state, now);
    state.now += 60_000 * LONGEST_STRETCH - 1;
    state.ms += 60_000 * LONGEST_STRETCH - 1;
    expect(allowed.left).toBe(1);
    state.now += 1;
    state.ms += 1;
    expect(allowed.over).toBe(true);
  });

  it('goes by the clock alone where nobody tells of waits', () => {
    const { state, now } = host();
    const allowed = new Allowance(1000, undefined, now);
    state.now += 1000;
    expect(allowed.over).toBe(true);
  });
});

describe('a limit', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const late = (said: string) => new Error(`not within ${said}`);

  it('aborts with its error', async () => {
    using limit = makeLimit(5_000, undefined, late);
    await vi.advanceTimersByTimeAsync(4_900);
    expect(limit.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(limit.signal.reason).toEqual(new Error('not within 5 s'));
  });

  it('comes later by what the host let the machine wait', async () => {
    const wait = { ms: 0 };
    using limit = makeLimit(5_000, wait, late);
    await vi.advanceTimersByTimeAsync(4_000);
    wait.ms = 3_000;
    await vi.advanceTimersByTimeAsync(3_900);
    expect(limit.signal.aborted).toBe(false);
    expect(limit.over).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(limit.signal.reason.message).toBe(
      'not within 5 s (the host was busy and let it wait for 3 s more)',
    );
  });

  it('is heard of no more when it was disposed of', async () => {
    const limit = makeLimit(5_000, undefined, late);
    limit[Symbol.dispose]();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(limit.signal.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('what the guest counts itself is stretched by how much slower it is', () => {
  expect(stretched(30, undefined)).toBe(30);
  expect(stretched(30, { slowdown: 1 })).toBe(30);
  expect(stretched(30, { slowdown: 2.51 })).toBe(76);
});
