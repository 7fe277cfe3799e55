/**
 * Folders of one machine: for its disk and temporary files below TMPDIR, which may be anywhere, and for its sockets,
 * whose paths have room for 107 bytes on Linux and 103 on macOS (`sun_path` of unix(7), with the NUL at its end).
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError, messageOf } from '../scripts/lib/errors.ts';
import { ownFolder } from '../scripts/lib/owned.ts';
import { runtimeDirs } from '../scripts/lib/paths.ts';

export interface WorkDirs {
  /** Scratch disk, temporary files. */
  readonly dir: string;
  /** Sockets and keys; the same folder where that will do. */
  readonly sockets: string;
}

const SOCKET_PATH_BYTES = 103;
/** The longest name of a socket in it. */
const LONGEST = 'fwd99';
/** ssh(1) and others give spaces, percent signs and quotes in a path a meaning. */
const PLAIN = /^[\w./+-]+$/;
/** Begins the names of the folders. */
const NAME = 'vm';

/** Throws MachineError when there is no place for either. */
export async function makeWorkDirs(): Promise<WorkDirs> {
  const dir = await ownFolder(NAME).catch((error) => {
    throw noPlace(messageOf(error));
  });
  if (isShort(dir)) return { dir, sockets: dir };
  const tried: string[] = [];
  for (const base of runtimeDirs()) {
    try {
      const sockets = await ownFolder(NAME, base);
      if (isShort(sockets)) return { dir, sockets };
      await rm(sockets, { recursive: true });
      tried.push(`${JSON.stringify(sockets)} is long or odd`);
    } catch (error) {
      tried.push(messageOf(error));
    }
  }
  await rm(dir, { recursive: true, force: true });
  throw noPlace(`no folder with a short path can be made for sockets: ${tried.join('; ')}`);
}

function noPlace(message: string): MachineError {
  return new MachineError('provider', message, { hint: 'set TMPDIR to a folder that can be written to' });
}

/** Whether sockets in it have paths that every program takes. */
export function isShort(dir: string): boolean {
  return PLAIN.test(dir) && Buffer.byteLength(join(dir, LONGEST)) <= SOCKET_PATH_BYTES;
}
