/** Files that are there whole or not at all, and folders that are made without surprises. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, normalize } from 'node:path';
import { ReproError } from './errors.ts';

/** What fsync(2) says on file systems that have none. */
const UNFLUSHABLE = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'ENOLCK'];

/** Whether a file of this name is one that `writeWhole` was ended in, and not the user's own. */
export const isUnfinished = (name: string): boolean =>
  /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name);

/**
 * Writes a text in one step: whoever reads sees the file as it was or as it is now, also after a crash or on a disk
 * that got full. Of several writers at once, the last one's stays. A symbolic link of its name is replaced, not
 * followed. `mode` as in open(2). Throws ReproError `disk-full`, and what else the calls throw.
 */
export async function writeWhole(
  file: string,
  text: string,
  options: { readonly mode?: number } = {},
): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const mode = options.mode ?? 0o666;
    await writeFile(temporary, text, { flush: true, mode, flag: 'wx' }).catch((error) => {
      // Storage that can't be flushed holds what was written all the same.
      if (!UNFLUSHABLE.includes(error.code)) throw error;
      return writeFile(temporary, text, { mode });
    });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeError(error, file);
  }
}

/** Whether it is the host that refuses at the moment (too many open files, no permission), whatever the file holds. */
export function isRefusal(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EACCES', 'EPERM'].includes(code ?? '');
}

/** The error of a write, named for what it is where the disk is full: Node's own doesn't say of which file. */
export function writeError(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new ReproError('disk-full', `the disk is full: no space for ${file}`, {
    hint: `make space on the disk of ${dirname(file)}, then go on`,
    cause: error,
  });
}

/**
 * Makes a folder and those above it. Unlike Node's own `recursive`, it ends where nothing can be made any more: in a
 * current folder that was removed, Node's tries for ever. With `within`, that one must be there, and is not made
 * again when somebody removed it. Throws what mkdir(2) says: ENOENT, ENOSPC, EACCES, …
 */
export async function makeFolder(dir: string, within?: string): Promise<void> {
  try {
    await mkdir(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') {
      if (code === 'EEXIST' && (await stat(dir)).isDirectory()) return;
      throw error;
    }
    const above = dirname(dir);
    const ends = [dir, '.', ...(within === undefined ? [] : [normalize(within)])];
    if (ends.includes(above)) throw error;
    await makeFolder(above, within);
    await mkdir(dir).catch((again: NodeJS.ErrnoException) => {
      // Another made it meanwhile.
      if (again.code !== 'EEXIST') throw again;
    });
  }
}
