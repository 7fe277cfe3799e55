/**
 * What is taken of a file or folder that somebody made: which programs, and where they go. A link is never followed
 * out of the folder; devices, pipes and sockets are left out, and so are set-user-ID bits and the like.
 */
import {
  chmod,
  constants,
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  stat,
  symlink,
} from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { UsageError } from '../lib/errors.ts';
import { programFlaw } from './elf.ts';
import { placeOf } from './programs.ts';
import { isBelow } from './within.ts';

/** One file that goes into the layer. */
export interface Item {
  readonly from: string;
  /** Below the root. */
  readonly to: string;
  readonly executable: boolean;
  /** Target of a symbolic link, which stays one: it means files of the machine. */
  readonly link: string | undefined;
}

/** Folders of a tree of /usr that are taken; a source tree that has a `bin` may have anything beside it. */
const PARTS = ['bin', 'sbin', 'lib', 'lib64', 'libexec', 'local', 'share'];

/** What a layer may hold: many times Kubernetes' own, and less than fills a disk. */
const MOST = { files: 100_000, bytes: 8 * 1024 ** 3 };

/**
 * What is taken of a path. A file is the component's main program. A folder is one of: a root (it has `usr`), a
 * tree of /usr (it has `bin` or `sbin`), or programs side by side. Throws UsageError for what can't be taken.
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
  const items = isTree ? await treeOf(path, usr) : await programsIn(path, component);
  await checkSize(path, items);
  const main = items.find(({ to }) => basename(to) === program);
  if (main === undefined) {
    const where = isTree ? `in the tree of /usr at ${usr}` : `among the executable files of ${path}`;
    throw new UsageError('path', `there is no ${program} ${where}`);
  }
  if (main.link === undefined) await checkProgram(main.from);
  return items;
}

async function checkProgram(path: string): Promise<void> {
  const diagnostic = await programFlaw(path);
  if (diagnostic !== undefined) throw new UsageError('path', `${path} ${diagnostic}`);
}

async function checkSize(path: string, items: readonly Item[]): Promise<void> {
  let bytes = 0;
  for (const { from, link } of items) if (link === undefined) bytes += (await lstat(from)).size;
  if (items.length <= MOST.files && bytes <= MOST.bytes) return;
  const most = `${MOST.files} files of ${MOST.bytes / 1024 ** 3} GiB together`;
  throw new UsageError('path', `${path} has more than a layer takes: ${most}`);
}

async function programsIn(dir: string, component: string): Promise<Item[]> {
  const names = (await readdir(dir)).sort();
  const items = await Promise.all(
    names.map(async (name): Promise<Item[]> => {
      const from = await followed(dir, join(dir, name));
      const stats = from === undefined ? undefined : await lstat(from);
      if (from === undefined || !stats?.isFile() || (stats.mode & 0o111) === 0) return [];
      return [{ from, to: placeOf(component, name), executable: true, link: undefined }];
    }),
  );
  return items.flat();
}

async function treeOf(top: string, usr: string): Promise<Item[]> {
  const items: Item[] = [];
  for (const part of (await followed(top, usr)) === undefined ? [] : PARTS) {
    // `sbin` may be a link to `bin`; as one it would hide the machine's own.
    const dir = await followed(top, join(usr, part));
    if (dir === undefined || !(await lstat(dir)).isDirectory()) continue;
    for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
      const from = join(entry.parentPath, entry.name);
      const to = join('usr', part, relative(dir, from));
      if (entry.isSymbolicLink()) items.push({ from, to, executable: false, link: await readlink(from) });
      if (!entry.isFile()) continue;
      items.push({ from, to, executable: ((await lstat(from)).mode & 0o111) !== 0, link: undefined });
    }
  }
  return items.sort((a, b) => (a.to < b.to ? -1 : 1));
}

/**
 * Where a link leads to, for what is taken from behind it; the path itself when it is none, undefined where it leads
 * to nothing. Throws UsageError when it leaves `top`.
 */
async function followed(top: string, path: string): Promise<string | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isSymbolicLink() !== true) return stats === undefined ? undefined : path;
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return undefined;
  if (isBelow(await realpath(top), target)) return target;
  throw new UsageError('path', `${path} is a link out of ${top}, to ${await readlink(path)}`, {
    hint: 'links are followed inside the folder only: put the file itself there',
  });
}

/** Copies what `itemsOf` found at `path` to its place below `root`. Throws as it does, for what changed meanwhile. */
export async function copyItems(path: string, items: readonly Item[], root: string): Promise<void> {
  const top = await realpath(path);
  // Links last, so that nothing is written through one.
  for (const { from, to, executable } of items.filter(({ link }) => link === undefined)) {
    const copy = join(root, to);
    await mkdir(dirname(copy), { recursive: true });
    await copyWithin(top, from, copy);
    await chmod(copy, executable ? 0o755 : 0o644);
  }
  for (const { to, link } of items) {
    if (link === undefined) continue;
    await mkdir(dirname(join(root, to)), { recursive: true });
    await symlink(link, join(root, to));
  }
}

/** Where a file that is open is; what was put in its place later doesn't matter. */
async function copyWithin(top: string, from: string, to: string): Promise<void> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  if (file === undefined) throw new UsageError('path', `${from} changed while it was read`);
  try {
    const opened = `/proc/self/fd/${file.fd}`;
    if (!(await file.stat()).isFile() || !isBelow(top, await readlink(opened))) {
      throw new UsageError('path', `${from} changed while it was read`);
    }
    await copyFile(opened, to, constants.COPYFILE_EXCL);
  } finally {
    await file.close();
  }
}
