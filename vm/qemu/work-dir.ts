/**
 * Folders of one machine: for its disk and temporary files below TMPDIR, which may be anywhere, and for its sockets,
 * whose paths have room for 107 bytes on Linux and 103 on macOS (`sun_path` of unix(7), with the NUL at its end).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { MachineError, messageOf } from '../../scripts/lib/errors.ts';

export interface WorkDirs {
  /** Scratch disk, temporary files. */
  readonly dir: string;
  /** Sockets and keys; the same folder where that will do. */
  readonly sockets: string;
}

const SOCKET_PATH_BYTES = 103;
/** `mkdtemp` makes folders that their owner alone may enter. */
const NAME = 'repro-';
const RANDOM = 'XXXXXX';
/** The longest name of a socket in it. */
const LONGEST = 'fwd99';
/** ssh(1) and others give spaces, percent signs and quotes in a path a meaning. */
const PLAIN = /^[\w./+-]+$/;

/** Throws MachineError when there is no place for either. */
export async function makeWorkDirs(): Promise<WorkDirs> {
  const parent = resolve(tmpdir());
  const dir = await mkdtemp(join(parent, NAME)).catch((error) => {
    throw noPlace(`no folder can be made in ${JSON.stringify(parent)}: ${messageOf(error)}`);
  });
  if (isShort(parent)) return { dir, sockets: dir };
  const tried: string[] = [];
  for (const place of socketParents()) {
    try {
      return { dir, sockets: await mkdtemp(join(place, NAME)) };
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

/** Where sockets may lie, the best first. */
export function socketParents(env: NodeJS.ProcessEnv = process.env): string[] {
  const parents = [env.XDG_RUNTIME_DIR ?? '', '/tmp', '/var/tmp', '/dev/shm'];
  return parents.filter((parent) => isAbsolute(parent) && isShort(parent));
}

/** Whether sockets in a folder of ours below have paths that every program takes. */
export function isShort(parent: string): boolean {
  const path = join(parent, `${NAME}${RANDOM}`, LONGEST);
  return PLAIN.test(parent) && Buffer.byteLength(path) <= SOCKET_PATH_BYTES;
}
