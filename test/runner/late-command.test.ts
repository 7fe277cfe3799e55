import { afterEach, describe, expect, it, vi } from 'vitest';
import { MachineError, ReproError } from '../../scripts/lib/errors.ts';
import { explained, type Step } from '../../scripts/runner/late-command.ts';
import type { ExecOptions, HostMoment, Machine } from '../../vm/machine.ts';
import { fakeMachine } from '../suites/support.ts';

afterEach(() => vi.useRealTimers());

const TO_DO = 'on a busy host, give it more time (timeout: in the scenario) or run less at once (--jobs 1)';
const SET_UP: Step = { name: 'set-up of the suite cri', leastMs: 300_000 };

/** A machine of which every command ends as `end` says; what it was asked is in `asked`. */
function machineOf(end: () => Promise<never>, host?: () => HostMoment) {
  const asked: ExecOptions[] = [];
  const machine: Machine = {
    ...fakeMachine(() => ({})),
    host,
    exec: (_command, options = {}) => {
      asked.push(options);
      return end();
    },
  };
  return { machine, asked };
}

const late = () => new MachineError('exec-timeout', 'a command did not end within 120 s on the machine');

describe('a command that outlives its time', () => {
  it('is told with its step and what to do', async () => {
    const { machine } = machineOf(() => Promise.reject(late()));
    const failed = explained(machine, () => SET_UP).exec('set -e\nsystemctl start   containerd\n');
    await expect(failed).rejects.toMatchObject({
      name: 'MachineError',
      code: 'exec-timeout',
      message:
        'set-up of the suite cri: a command did not end within 120 s on the machine: “systemctl start containerd”; ' +
        TO_DO,
    });
  });

  it('is told by its beginning where it is long, and with the step of its own time', async () => {
    const { machine } = machineOf(() => Promise.reject(late()));
    let step = SET_UP;
    const told = explained(machine, () => step);
    step = { name: 'case start' };
    await expect(told.exec(['echo', 'x'.repeat(500)])).rejects.toThrow(
      `case start: a command did not end within 120 s on the machine: “echo ${'x'.repeat(115)}…”; ${TO_DO}`,
    );
  });

  it('is told with how its host was meanwhile', async () => {
    vi.useFakeTimers();
    let seconds = 0;
    const host = (): HostMoment => ({
      running: 12,
      ticks: { steal: seconds * 10, all: seconds * 200 },
      stalled: { cpu: seconds * 800_000, memory: 0 },
      wall: seconds * 1000,
      monotonic: seconds * 1000,
    });
    const end = () => new Promise<never>((_, reject) => setTimeout(() => reject(late()), 120_000));
    const { machine } = machineOf(end, host);
    const failed = expect(explained(machine, () => SET_UP, 2).exec('true')).rejects.toThrow(
      "“true”; meanwhile, on this host: 5 tasks per core beside the machine's own, " +
        "tasks waited for a CPU in 80% of the time, 5% of its CPUs' time went to other hosts; on a busy host",
    );
    await vi.advanceTimersByTimeAsync(60_000);
    seconds = 60;
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a command', () => {
  const stop = async (): Promise<never> => {
    throw new ReproError('stop', 'stop');
  };

  it.each([
    ['the default', {}, 300_000],
    ['less', { timeout: 120_000 }, 300_000],
    ['more', { timeout: 600_000 }, 600_000],
  ])('of a set-up has as much time as a sample at least: %s', async (_, options, timeout) => {
    const { machine, asked } = machineOf(stop);
    await expect(explained(machine, () => SET_UP).exec('true', options)).rejects.toThrow(/^stop$/);
    expect(asked).toEqual([{ timeout }]);
  });

  it('of another step has its own', async () => {
    const { machine, asked } = machineOf(stop);
    const told = explained(machine, () => ({ name: 'case start' }));
    await expect(told.exec('true', { timeout: 10 })).rejects.toThrow(/^stop$/);
    expect(asked).toEqual([{ timeout: 10 }]);
  });
});
