/**
 * Which folders of a cache processes stand on at the moment, so that nobody prunes them away from below a run: one
 * empty file each, in a folder of the process, `<cache>/.users/<pid>-<start>/<kind>%<entry>`.
 */
import { rmSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { claim, claims, OWNER } from '../lib/claims.ts';
import { makeFolder } from '../lib/files.ts';
import { thisOwner } from '../lib/owner.ts';

const USERS = '.users';
/** Milliseconds after which a user on another host, who can't be asked, counts as gone. */
const FORGOTTEN = 7 * 24 * 3600 * 1000;

const own = new Map<string, Promise<string>>();

/** Says, until this process ends, that it uses a folder. Where nothing can be written, nobody can prune either. */
export async function use(root: string, dir: string): Promise<void> {
  const users = own.get(root) ?? enter(root);
  own.set(root, users);
  try {
    await writeFile(join(await users, nameOf(root, dir)), '');
  } catch {
    own.delete(root);
  }
}

async function enter(root: string): Promise<string> {
  const all = join(root, USERS);
  await makeFolder(all);
  return claim(all, (dir) => rmSync(dir, { recursive: true, force: true }));
}

/** The folders that other processes use. */
export async function usedByOthers(root: string): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  const { pid, started } = thisOwner();
  for (const { dir, owner, state, changed } of await claims(join(root, USERS))) {
    if (state === 'gone' || (owner.pid === pid && owner.started === started && state === 'running')) continue;
    if (state === 'elsewhere' && Date.now() - changed > FORGOTTEN) continue;
    for (const name of await readdir(dir).catch(() => []))
      if (name !== OWNER) used.add(join(root, name.replaceAll('%', '/')));
  }
  return used;
}

/** Forgets the processes that are gone. */
export async function forgetUsers(root: string): Promise<void> {
  for (const { dir, state } of await claims(join(root, USERS)))
    if (state === 'gone') await rm(dir, { recursive: true, force: true }).catch(() => undefined);
}

const nameOf = (root: string, dir: string): string => relative(root, dir).replaceAll('/', '%');
