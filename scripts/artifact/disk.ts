/** A full disk, wherever it shows: in a system call of ours or in what a program printed. */
import { statfs } from 'node:fs/promises';
import { ReproError } from '../lib/errors.ts';
import { RunError } from '../lib/exec.ts';
import { formatBytes } from '../lib/units.ts';

const MESSAGES = /no space left on device|disk quota exceeded|don't have enough free space/i;

/** Whether a full disk is behind this error or one of its causes. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'disk-full') return true;
  if (error instanceof RunError && MESSAGES.test(error.output)) return true;
  return isDiskFull(error.cause);
}

/** Bytes free on a disk below which it is full: less than what most programs write at a time. */
const FULL = 64 * 1024;

/** Whether nothing more goes onto the disk of a folder. */
export async function isFull(dir: string): Promise<boolean> {
  return statfs(dir).then(
    ({ bavail, bsize }) => bavail * bsize < FULL,
    () => false,
  );
}

/** An error that `isDiskFull` knows. */
export function noSpace(cause: unknown): Error {
  return Object.assign(new Error('no space left', { cause }), { code: 'ENOSPC' });
}

/** The error for it: what was being made, where, and how much is free there. */
export async function diskFull(what: string, dir: string, cause: unknown): Promise<ReproError> {
  const free = await statfs(dir).then(
    ({ bavail, bsize }) => ` (${formatBytes(bavail * bsize)} free)`,
    () => '',
  );
  return new ReproError('disk-full', `the disk is full: no space in ${dir}${free} for ${what}`, {
    hint: 'repro cache prune, or set REPRO_CACHE to a folder on a larger disk',
    cause,
  });
}
