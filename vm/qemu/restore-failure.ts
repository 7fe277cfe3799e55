/** Whose fault it was that a snapshot could not be restored. Pure. */
import { MachineError } from '../../scripts/lib/errors.ts';

/**
 * `snapshot`: what was saved can't be used, now or later. `host`: sockets, memory, a disk, a QEMU that was killed; the
 * snapshot is as good as before. `unknown`: no answer in time, which a busy host explains as well as a guest that hangs.
 */
export type Blame = 'snapshot' | 'host' | 'unknown';

/** QEMU's last words when a state is none that it can load (migration/migration.c in QEMU's tree). */
const LOAD_FAILED = /load of migration failed: (.*)/;
/** Reasons, as strerror(3) names them, that lie with the host: ENOMEM, ENOSPC, EMFILE, ENFILE. */
const HOST =
  /Cannot allocate memory|No space left on device|Too many open files|Resource temporarily unavailable/;
/** The shell and the program that hand the state to QEMU: what they complain about is no part of the state. */
const READER = /^(?:\/bin\/)?(?:sh|dash|bash|cat): (.*)$/m;

/** `log` is what QEMU printed, and what the programs that it started did. */
export function blameOf(error: unknown, log: string): Blame {
  if (error instanceof MachineError && error.code === 'boot-timeout') return 'unknown';
  // Nothing has run in it yet but what was saved.
  if (error instanceof MachineError && error.code === 'panic') return 'snapshot';
  const reason = LOAD_FAILED.exec(log)?.[1];
  if (reason === undefined || HOST.test(log) || READER.test(log)) return 'host';
  return 'snapshot';
}
