/** What is taken of a file or folder that somebody made: which programs, and where they go. */
import { chmod, copyFile, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../lib/errors.ts';
import { programFlaw } from './elf.ts';
import { placeOf } from './programs.ts';

/** One file that goes into the layer. */
export interface Item {
  readonly from: string;
  /** Below the root. */
  readonly to: string;
  readonly executable: boolean;
  /** Target of a symbolic link, which stays one. */
  readonly link: string | undefined;
}

/** Folders of a tree of /usr that are taken; a source tree that has a `bin` may have anything beside it. */
const PARTS = ['bin', 'sbin', 'lib', 'lib64', 'libexec', 'local', 'share'];

/**
 * What is taken of a path. A file is the component's main program. A folder is one of: a root (it has `usr`), a
 * tree of /usr (it has `bin` or `sbin`), or programs side by side.
 */
export async function itemsOf(path: string, component: string, program: string): Promise<Item[]> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile()) {
    await checkProgram(path);
    return [{ from: path, to: placeOf(component, program), executable: true, link: undefined }];
  }
  if (!stats?.isDirectory()) {
    throw new UsageError('path', `there is no file or folder ${path}`, {
      hint: `a relative path is looked up from ${process.cwd()}`,
    });
  }
  const top = await readdir(path);
  const usr = top.includes('usr') ? join(path, 'usr') : path;
  const isTree = usr !== path || top.includes('bin') || top.includes('sbin');
  const items = isTree ? await treeOf(usr) : await programsIn(path, component);
  const main = items.find(({ to }) => basename(to) === program);
  if (main === undefined) {
    const where = isTree ? `in the tree of /usr at ${usr}` : `among the executable files of ${path}`;
    throw new UsageError('path', `there is no ${program} ${where}`);
  }
  if (main.link === undefined) await checkProgram(main.from);
  return items;
}

async function checkProgram(path: string): Promise<void> {
  const flaw = await programFlaw(path);
  if (flaw !== undefined) throw new UsageError('path', `${path} ${flaw}`);
}

async function programsIn(dir: string, component: string): Promise<Item[]> {
  const names = (await readdir(dir)).sort();
  const items = await Promise.all(
    names.map(async (name): Promise<Item[]> => {
      const from = join(dir, name);
      const stats = await stat(from).catch(() => undefined);
      if (!stats?.isFile() || (stats.mode & 0o111) === 0) return [];
      return [{ from, to: placeOf(component, name), executable: true, link: undefined }];
    }),
  );
  return items.flat();
}

async function treeOf(usr: string): Promise<Item[]> {
  const items: Item[] = [];
  for (const part of PARTS) {
    const entries = await readdir(join(usr, part), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const from = join(entry.parentPath, entry.name);
      const to = join('usr', from.slice(usr.length));
      if (entry.isSymbolicLink()) items.push({ from, to, executable: false, link: await readlink(from) });
      if (!entry.isFile()) continue;
      items.push({ from, to, executable: ((await stat(from)).mode & 0o111) !== 0, link: undefined });
    }
  }
  return items.sort((a, b) => (a.to < b.to ? -1 : 1));
}

/** Copies them to their places below `root`. */
export async function copyItems(items: readonly Item[], root: string): Promise<void> {
  for (const { from, to, executable, link } of items) {
    const copy = join(root, to);
    await mkdir(dirname(copy), { recursive: true });
    if (link !== undefined) await symlink(link, copy);
    else {
      await copyFile(from, copy);
      await chmod(copy, executable ? 0o755 : 0o644);
    }
  }
}
