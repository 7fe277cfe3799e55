import { describe, expect, it } from 'vitest';
import { clocked, GuestClock } from '../../scripts/runner/guest-clock.ts';
import { fakeMachine } from '../suites/support.ts';

/** A clock that is set by hand. */
function handClock() {
  const hand = { at: 0 };
  return { hand, clock: new GuestClock(() => hand.at) };
}

describe('GuestClock', () => {
  it('adds up what happens one after the other, and leaves out what lies between', async () => {
    const { hand, clock } = handClock();
    const work = (from: number, to: number) => {
      hand.at = from;
      return clock.during(async () => {
        hand.at = to;
      });
    };
    await work(10, 15);
    await work(100, 107);
    expect(clock.ms).toBe(12);
  });

  it('counts two pieces of work at once as one', async () => {
    const { hand, clock } = handClock();
    const ends: (() => void)[] = [];
    const piece = () => clock.during(() => new Promise<void>((resolve) => ends.push(resolve)));
    const first = piece();
    hand.at = 4;
    const second = piece();
    hand.at = 6;
    ends[0]?.();
    await first;
    hand.at = 9;
    expect(clock.ms).toBe(9);
    ends[1]?.();
    await second;
    hand.at = 50;
    expect(clock.ms).toBe(9);
  });

  it('stops when the work fails, and lets the failure through', async () => {
    const { hand, clock } = handClock();
    const failing = clock.during(async () => {
      hand.at = 3;
      throw new Error('no answer');
    });
    await expect(failing).rejects.toThrow('no answer');
    hand.at = 20;
    expect(clock.ms).toBe(3);
  });
});

describe('clocked', () => {
  it('counts commands, and hands everything else through', async () => {
    const { hand, clock } = handClock();
    const machine = clocked(
      fakeMachine((command) => {
        hand.at += 5;
        return { stdout: command };
      }, '/run/forwarded'),
      clock,
    );
    expect((await machine.exec(['uname', '-r'])).stdout).toBe('uname -r');
    expect(await machine.forward('/run/containerd.sock')).toBe('/run/forwarded');
    expect(clock.ms).toBe(5);
  });
});
