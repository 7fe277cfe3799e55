import { expect, it, vi } from 'vitest';
import { whileClosing } from '../../scripts/runner/closing.ts';
import { inspectGuest } from '../../scripts/suites/inspect.ts';
import { fakeMachine } from '../suites/support.ts';

it('reading that takes too long says so, and not that somebody interrupted it', async () => {
  vi.useFakeTimers();
  try {
    const machine = fakeMachine(() => ({}));
    const reading = whileClosing(
      machine,
      'the versions',
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    const told = expect(reading).rejects.toMatchObject({
      code: 'exec-timeout',
      message: 'the versions could not be read within 60 s',
    });
    await vi.advanceTimersByTimeAsync(60_100);
    await told;
  } finally {
    vi.useRealTimers();
  }
});

it('a machine that is gone is the reason, and what was read is handed on', async () => {
  const machine = fakeMachine(() => ({ stdout: 'runc.reported:runc version 1\nkernel.reported:6.1' }));
  const read = await whileClosing(machine, 'the versions', (signal) =>
    inspectGuest(machine, { runc: 'runc' }, signal),
  );
  expect(read.runc?.reported).toBe('runc version 1');
});
