/** Takes folders out of a cache: entries that nobody uses, and what crashed processes left. */
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ReproError } from '../lib/errors.ts';
import { lockFolder, sweepLocks, withLock } from '../lib/lock.ts';
import { isDiskFull } from './disk.ts';
import { forgetUsers, usedByOthers } from './in-use.ts';
import { META } from './record.ts';

/** Entries in the making; see cache.ts. `partial` ones are worth going on with. */
const MAKING = /^\.(making|partial)-(.+)$/;

/**
 * Removes an entry unless another process works on it or uses it; returns whether it did. Its record goes first,
 * for whoever comes now to stop at, and only then it is looked who came before: so none can come in between.
 */
export async function removeUnused(root: string, dir: string): Promise<boolean> {
  if ((await usedByOthers(root)).has(dir)) return false;
  return unlocked(dir, async () => {
    const [record, hidden] = [join(dir, META), join(dir, `.${META}`)];
    await rename(record, hidden).catch(() => undefined);
    if ((await usedByOthers(root)).has(dir)) {
      await rename(hidden, record).catch(() => undefined);
      return false;
    }
    await rm(dir, { recursive: true, force: true });
    return true;
  });
}

/**
 * Removes locks, entries in the making and marks of use of processes that are gone. What a broken download left is
 * for the next one to go on with, unless `partial`. Returns what was removed that took space, a line each.
 */
export async function sweepCache(
  root: string,
  { partial }: { readonly partial: boolean },
): Promise<string[]> {
  const removed: string[] = [];
  for (const kind of (await folders(root)).filter((name) => !name.startsWith('.'))) {
    for (const name of await folders(join(root, kind))) {
      const [, how, entry] = MAKING.exec(name) ?? [];
      if (entry === undefined || (how === 'partial' && !partial)) continue;
      const dir = join(root, kind, name);
      const gone = await unlocked(join(root, kind, entry), async () => {
        await rm(dir, { recursive: true, force: true });
        return true;
      });
      if (gone) removed.push(`removed ${dir}`);
    }
    await sweepLocks(join(root, kind));
  }
  await forgetUsers(root);
  return removed;
}

/** False when another process holds the lock. On a full disk no lock can be made, by nobody. */
async function unlocked(path: string, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await withLock(path, work, { wait: false });
  } catch (error) {
    if (error instanceof ReproError && error.code === 'locked') return false;
    if (!isDiskFull(error)) throw error;
    const held = await stat(lockFolder(path)).catch(() => undefined);
    return held === undefined && (await work());
  }
}

async function folders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
