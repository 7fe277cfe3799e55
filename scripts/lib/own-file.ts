/**
 * Files of a folder that may come from somebody else (a report shared by mail, a run's folder that is gone on with):
 * no symbolic link in it is followed, and nothing that is no file is waited for.
 */
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from './errors.ts';

/** Its text. Throws UsageError `link`, `no-file` or `too-large`, and what the system says of a file that isn't there. */
export async function readOwn(file: string, mostBytes: number): Promise<string> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' ? isLink(file) : error;
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw isNoFile(file);
    if (stat.size > mostBytes) {
      const mib = (bytes: number) => Math.ceil(bytes / 2 ** 20);
      throw new UsageError('too-large', `${file} has ${mib(stat.size)} MiB, of ${mib(mostBytes)} at most`);
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/**
 * Throws UsageError `link` when the folder is a symbolic link, or holds one anywhere: what is written into it would
 * come to lie elsewhere. Throws UsageError `no-file` for a pipe or a device in it, which would be waited for.
 * `except`: names in it that are not looked into. A folder that isn't there has none.
 */
export async function refuseLinks(dir: string, except: readonly string[] = []): Promise<void> {
  const own = await lstat(dir).catch(() => undefined);
  if (own?.isSymbolicLink()) throw isLink(dir);
  if (own === undefined || !own.isDirectory()) return;
  const entries = await readdir(dir, { recursive: false, withFileTypes: true });
  for (const entry of entries) {
    const path = join(dir, entry.name);
    if (entry.isSymbolicLink()) throw isLink(path);
    if (entry.isFIFO() || entry.isCharacterDevice()) throw isNoFile(path);
    if (entry.isDirectory() && !except.includes(entry.name)) await refuseLinks(path);
  }
}

function isNoFile(path: string): UsageError {
  return new UsageError('no-file', `${path} is not a regular file`);
}

function isLink(path: string): UsageError {
  return new UsageError('link', `${path} is a symbolic link, and none is followed here`, {
    hint: 'name the folder that it leads to; where somebody else made the link, look what it leads to first',
  });
}
