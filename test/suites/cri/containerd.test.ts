import { expect, it, vi } from 'vitest';
import { InterruptedError } from '../../../scripts/lib/errors.ts';
import { readyMs, startContainerd } from '../../../scripts/suites/cri/containerd.ts';
import { goodGuest } from '../good-guest.ts';
import { fakeMachine, suiteContext } from '../support.ts';
import { field, serveWire, WELL } from './wire.ts';

const NOT_READY = field(1, [field(1, [field(1, 'RuntimeReady'), field(2, 0)])]);

it('an interrupt while containerd becomes ready leaves no connection, and is the reason', async () => {
  const interrupt = new AbortController();
  const stopped = new InterruptedError('stopped');
  await using guest = await goodGuest();
  await using runtime = await serveWire(['v1'], (method) => {
    // Once the answer is there, it waits a while before it asks again.
    if (method === 'Status') setTimeout(() => interrupt.abort(stopped), 50);
    return method === 'Status' ? NOT_READY : (WELL[method] ?? Buffer.alloc(0));
  });
  const machine = {
    ...fakeMachine(() => ({})),
    exec: guest.machine.exec,
    forward: async () => runtime.socket,
  };
  await expect(startContainerd(machine, suiteContext(), interrupt.signal)).rejects.toBe(stopped);
  expect(runtime.calls.map(({ path }) => path)).toContain('/runtime.v1.RuntimeService/Status');
  await vi.waitFor(() => expect(runtime.connections()).toBe(0));
});

it.each([
  [60, 120_000],
  [300, 300_000],
  [3600, 600_000],
])('where a sample may take %d s, containerd may take %d ms to become ready', (timeout, ms) => {
  expect(readyMs({ cell: { axes: {}, timeout } })).toBe(ms);
});
