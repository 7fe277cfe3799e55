/** A user's own binary or folder as an artifact: `path:<file or folder>`. */
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { ArtifactError, UsageError } from '../lib/errors.ts';
import { sha256File } from '../lib/hash.ts';
import type { Cache } from './cache.ts';
import { programFlaw } from './elf.ts';
import { packLayer } from './layer.ts';
import { mainProgram, placeOf, placePrograms } from './programs.ts';
import type { ArtifactSource, Layer, ResolvedArtifact, SourceQuery } from './types.ts';

/** One file of the user's that goes into the layer. */
interface Item {
  readonly from: string;
  /** Below the root. */
  readonly to: string;
  readonly executable: boolean;
  /** Target of a symbolic link, which stays one. */
  readonly link: string | undefined;
}

/** Folders of a tree of /usr that are taken; a source tree that has a `bin` may have anything beside it. */
const PARTS = ['bin', 'sbin', 'lib', 'lib64', 'libexec', 'local', 'share'];

/** The file or folder that `path:` names: relative to where repro is run, `~` is the home folder. */
export function resolvePath(place: string): string {
  return resolve(place.replace(/^~(?=\/|$)/, homedir()));
}

export class PathSource implements ArtifactSource {
  readonly scheme = 'path';
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /** Throws UsageError for a path that isn't there, or that is no program. */
  async resolve(
    { component, place }: SourceQuery,
    signal: AbortSignal,
  ): Promise<ResolvedArtifact | undefined> {
    const program = mainProgram(component);
    if (program === undefined) return undefined;
    const path = resolvePath(place);
    const items = await itemsOf(path, component, program);
    const sha256 = await digestOf(path, items, signal);
    const version = `local-${sha256.slice(0, 8)}`;
    const packageVersion = `${basename(path)}@${sha256.slice(0, 12)}`;
    return {
      component,
      version,
      packageVersion,
      source: `path:${place}`,
      sha256,
      size: 0,
      locator: { path },
    };
  }

  async materialise(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Layer> {
    const { component, version, sha256, locator } = resolved;
    const path = locator.path ?? '';
    const fill = async (root: string, held: AbortSignal) => {
      const items = await itemsOf(path, component, mainProgram(component) ?? '');
      await copyItems(items, root);
      const copies = items.map((item) => ({ ...item, from: join(root, item.to) }));
      if ((await digestOf(path, copies, held)) !== sha256) {
        throw new ArtifactError('changed', `${path} changed while it was read`, { hint: 'run it again' });
      }
      await placePrograms(root, component, path);
    };
    return packLayer(this.#cache, `${component}-${version}`, ['path', component, sha256], fill, signal);
  }
}

/**
 * What is taken of a path. A file is the component's main program. A folder is one of: a root (it has `usr`), a
 * tree of /usr (it has `bin` or `sbin`), or programs side by side.
 */
async function itemsOf(path: string, component: string, program: string): Promise<Item[]> {
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

/** Of a file, its own digest, so that it can be compared; of a folder, that of all names, modes and contents. */
async function digestOf(path: string, items: readonly Item[], signal: AbortSignal): Promise<string> {
  const [only] = items;
  if (only !== undefined && items.length === 1 && !(await stat(path)).isDirectory()) {
    return sha256File(only.from, signal);
  }
  const hash = createHash('sha256');
  for (const { from, to, executable, link } of items) {
    const content = link === undefined ? await sha256File(from, signal) : `-> ${link}`;
    hash.update(`${to}\0${executable ? 'x' : '-'}\0${content}\0`);
  }
  return hash.digest('hex');
}

async function copyItems(items: readonly Item[], root: string): Promise<void> {
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
