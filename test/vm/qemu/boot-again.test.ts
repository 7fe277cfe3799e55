import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { MachineError } from '../../../scripts/lib/errors.ts';
import { Phases } from '../../../vm/phases.ts';
import { bootAgain } from '../../../vm/qemu/boot-again.ts';
import type { QemuSpec } from '../../../vm/qemu/launch.ts';
import { temporaryDir } from '../support.ts';

const { signal } = new AbortController();
const panic = () => new MachineError('panic', 'kernel panic: Fatal exception in interrupt');

async function specOf(notices: string[]): Promise<QemuSpec> {
  const logDir = await temporaryDir();
  writeFileSync(join(logDir, 'console.log'), 'Kernel panic - not syncing');
  return { logDir, notice: (line: string) => notices.push(line) } as unknown as QemuSpec;
}

it('boots a second time after a panic, says so, and keeps the first console', async () => {
  const notices: string[] = [];
  const spec = await specOf(notices);
  const phases = new Phases();
  const boot = vi.fn().mockRejectedValueOnce(panic()).mockResolvedValueOnce('up');
  expect(await bootAgain(spec, signal, boot, phases)).toBe('up');
  expect(readFileSync(join(spec.logDir, 'console.panic.log'), 'utf8')).toContain('Kernel panic');
  expect(existsSync(join(spec.logDir, 'console.log'))).toBe(false);
  expect(notices).toEqual([expect.stringMatching(/a boot ended in a panic .*; the machine boots once more/)]);
  expect(phases.all.map(({ name }) => name)).toEqual(['panic']);
});

it('a second panic is the answer', async () => {
  const boot = vi.fn().mockImplementation(async () => Promise.reject(panic()));
  await expect(bootAgain(await specOf([]), signal, boot)).rejects.toMatchObject({ code: 'panic' });
  expect(boot).toHaveBeenCalledTimes(2);
});

it('nothing else is tried again, nor what was interrupted', async () => {
  const timeout = vi.fn().mockRejectedValue(new MachineError('boot-timeout', 'not ready'));
  await expect(bootAgain(await specOf([]), signal, timeout)).rejects.toMatchObject({ code: 'boot-timeout' });
  const interrupted = vi.fn().mockRejectedValue(panic());
  await expect(bootAgain(await specOf([]), AbortSignal.abort(), interrupted)).rejects.toThrow('panic');
  expect([timeout, interrupted].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
});
