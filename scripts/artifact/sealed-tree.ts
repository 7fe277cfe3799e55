/**
 * Trees in the cache that strangers' programs are run with: a builder's root, a Go toolchain. That nothing of them was
 * changed is checked like the cache's files: by what the file system says of each file, and where that differs, as
 * after a copy, by the content.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shell } from '../lib/exec.ts';
import { shellQuote } from '../lib/quote.ts';
import type { Cache, CacheEntry, EntryRequest } from './cache.ts';

/** The tree in an entry. */
export const TREE = 'root';
const DIGEST = 'root.sha256';
/** In a folder, for an entry's files never change. */
const SEEN = ['seen', 'root'] as const;

/** Writes down what the tree in a folder is. To be called when it is whole. */
export async function sealTree(dir: string, signal: AbortSignal): Promise<void> {
  await writeFile(join(dir, DIGEST), await contentOf(dir, signal));
  await remember(dir, await lookOf(dir, signal));
}

/** Whether it still is that. */
export async function isSealed(dir: string, signal: AbortSignal): Promise<boolean> {
  const look = await lookOf(dir, signal);
  if (look === (await readFile(join(dir, ...SEEN), 'utf8').catch(() => ''))) return true;
  const digest = await readFile(join(dir, DIGEST), 'utf8').catch(() => '');
  if (digest !== (await contentOf(dir, signal))) return false;
  // Copied here since, or only read by somebody who may not write.
  await remember(dir, look).catch(() => undefined);
  return true;
}

/** An entry whose tree was sealed, checked once in each process; one that was changed is made again. */
export async function sealedEntry(
  cache: Cache,
  request: EntryRequest,
  signal: AbortSignal,
): Promise<CacheEntry> {
  const entry = await cache.entry(request, signal);
  if (cache.sealed.has(entry.dir)) return entry;
  if (await isSealed(entry.dir, signal)) {
    cache.sealed.add(entry.dir);
    return entry;
  }
  cache.notice(`the cached ${request.kind} ${request.name} was changed; it is made again`);
  await cache.discard(request);
  return cache.entry(request, signal);
}

/** Names, kinds, modes, owners, sizes, times of change, links: whoever writes changes the last time (ctime). */
async function lookOf(dir: string, signal: AbortSignal): Promise<string> {
  const find = ['find', join(dir, TREE), '-printf', String.raw`%P %y %m %U %G %s %T@ %C@ %i %l\0`];
  return (await shell(`${shellQuote(find)} | sha256sum`, { signal })).stdout.slice(0, 64);
}

/** Names, kinds, modes, links and contents. */
async function contentOf(dir: string, signal: AbortSignal): Promise<string> {
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--sort=name', '--format=gnu'];
  const tar = ['tar', '--create', ...owner, '--directory', join(dir, TREE), '--file=-', '.'];
  return (await shell(`${shellQuote(tar)} | sha256sum`, { signal })).stdout.slice(0, 64);
}

async function remember(dir: string, look: string): Promise<void> {
  const [folder, file] = SEEN;
  await mkdir(join(dir, folder), { recursive: true });
  await writeFile(join(dir, folder, file), look);
}
