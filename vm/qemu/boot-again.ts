/** Boots once more after a kernel panic. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError } from '../../scripts/lib/errors.ts';
import type { Phases } from '../phases.ts';
import { consoleLog, type QemuSpec } from './launch.ts';

/** Of a boot that ended in a panic, and was followed by another. */
export const panicLog = ({ logDir }: QemuSpec): string => join(logDir, 'console.panic.log');

/**
 * Boots once more after a kernel panic: under the emulation of QEMU 7.2 a boot ends so now and then (1 of about 250; see
 * “Code that rewrites itself” in docs/architecture.md), and nothing but the boot has run by then. A kernel that always
 * panics does so again, and that is the answer.
 */
export async function bootAgain<T>(
  spec: QemuSpec,
  signal: AbortSignal,
  boot: () => Promise<T>,
  phases?: Phases,
): Promise<T> {
  try {
    return await boot();
  } catch (error) {
    if (signal.aborted || !(error instanceof MachineError) || error.code !== 'panic') throw error;
    phases?.end('panic');
    await rename(consoleLog(spec), panicLog(spec)).catch(() => undefined);
    spec.notice?.(
      `a boot ended in a panic (${error.message}; ${panicLog(spec)}); the machine boots once more`,
    );
    return boot();
  }
}
