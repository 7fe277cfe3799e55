/**
 * Files that are expensive to get: downloads, layers, images, kernels. An entry is made once, under a lock, in a
 * folder of its own that is moved into place when it is whole; its files' digests are verified before use.
 */
import { readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InterruptedError, ReproError } from '../lib/errors.ts';
import { abortError, run } from '../lib/exec.ts';
import { makeFolder } from '../lib/files.ts';
import { sha256Text } from '../lib/hash.ts';
import { isLock, withLock } from '../lib/lock.ts';
import { diskFull, isDiskFull, isFull, noSpace } from './disk.ts';
import { use } from './in-use.ts';
import { OfflineError } from './offline.ts';
import { removeUnused, sweepCache } from './prune.ts';
import { damagedEntry, FORMAT, META, readMeta, recordFiles } from './record.ts';

export interface CachedFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface CacheEntry {
  readonly dir: string;
  /** By path relative to `dir`. */
  readonly files: Readonly<Record<string, CachedFile>>;
}

export interface EntryRequest {
  /** `deb`, `layer`, `image`, `kernel`: a folder of the cache. */
  readonly kind: string;
  /** For people: `runc-1.1.15`. */
  readonly name: string;
  /** Everything that decides what the files hold. */
  readonly inputs: readonly string[];
  /** Whether `make` needs the network. */
  readonly network: boolean;
  /** Whether `make` goes on with what an earlier, failed one left in the folder. Default: it finds it empty. */
  readonly resumes?: boolean;
  /** Fills the folder. Its files are verified whenever the entry is opened; trees below it (a builder's root) aren't. */
  readonly make: (dir: string, signal: AbortSignal) => Promise<void>;
}

export interface ListedEntry {
  readonly kind: string;
  readonly name: string;
  readonly dir: string;
  readonly bytes: number;
  readonly lastUsed: Date;
}

/** Begin the names of folders in which entries are made; of the latter, the next one to make it goes on. */
export const MAKING = '.making-';
const PARTIAL = '.partial-';
const DAY = 24 * 3600 * 1000;

export interface CacheOptions {
  readonly offline?: boolean;
  /** Told what is being made, and what was found damaged; a line each. */
  readonly notice?: ((line: string) => void) | undefined;
}

export class Cache {
  readonly root: string;
  readonly offline: boolean;
  readonly notice: (line: string) => void;
  /** Folders of entries whose trees were found unchanged (`sealed-tree.ts`): each is looked at once. */
  readonly sealed = new Set<string>();
  /** Entries already asked for by this process: made and verified once. */
  readonly #entries = new Map<string, Promise<CacheEntry>>();

  constructor(root: string, options: CacheOptions = {}) {
    this.root = root;
    this.offline = options.offline ?? false;
    this.notice = options.notice ?? (() => undefined);
  }

  /**
   * The entry, made if need be. Throws OfflineError when it would have to be fetched and mustn't be, ReproError
   * `disk-full`, and whatever `make` throws.
   */
  async entry(request: EntryRequest, signal: AbortSignal): Promise<CacheEntry> {
    const dir = this.#dirOf(request);
    for (;;) {
      const known = this.#entries.get(dir);
      const entry = known ?? this.#get(request, dir, signal);
      this.#entries.set(dir, entry);
      try {
        return await entry;
      } catch (error) {
        // A failure is not an answer to remember: the next to ask tries again.
        if (this.#entries.get(dir) === entry) this.#entries.delete(dir);
        // It was another caller who was interrupted, not this one.
        const theirs = known !== undefined && error instanceof InterruptedError && !signal.aborted;
        if (!theirs) throw error;
      }
    }
  }

  /** Whether the entry is there, without verifying it. */
  async has(request: Pick<EntryRequest, 'kind' | 'name' | 'inputs'>): Promise<boolean> {
    return (await readMeta(this.#dirOf(request))) !== undefined;
  }

  /** Throws an entry away; the next to ask for it makes it again. */
  async discard(request: Pick<EntryRequest, 'kind' | 'name' | 'inputs'>): Promise<void> {
    const dir = this.#dirOf(request);
    this.#entries.delete(dir);
    await withLock(dir, () => rm(dir, { recursive: true, force: true }));
  }

  /** All entries, those used last first. One that can't be read is `damaged`, and of no size. */
  async list(): Promise<ListedEntry[]> {
    const entries: ListedEntry[] = [];
    for (const kind of (await folders(this.root)).filter((name) => !name.startsWith('.'))) {
      for (const folder of await folders(join(this.root, kind))) {
        if (folder.startsWith('.') || isLock(folder)) continue;
        const dir = join(this.root, kind, folder);
        const meta = await readMeta(dir);
        const used = await stat(join(dir, META)).catch(() => stat(dir).catch(() => undefined));
        // Removed by another process a moment ago.
        if (used === undefined) continue;
        const bytes = Object.values(meta?.files ?? {}).reduce(
          (sum, file) => sum + (file.allocated ?? file.bytes),
          await sizeOfTrees(dir),
        );
        const name = meta?.name ?? `${folder} (damaged)`;
        entries.push({ kind, name, dir, bytes, lastUsed: used.mtime });
      }
    }
    return entries.sort((a, b) => b.lastUsed.getTime() - a.lastUsed.getTime());
  }

  /**
   * Removes entries that were last used more than `days` ago (0: all), and what an interrupted making left;
   * nothing that another process makes or uses at the moment. Returns the entries that were removed, and how many
   * stayed because they are in use.
   */
  async prune(days: number): Promise<{ readonly removed: ListedEntry[]; readonly inUse: number }> {
    const limit = Date.now() - days * DAY;
    const removed: ListedEntry[] = [];
    let inUse = 0;
    for (const entry of await this.list()) {
      if (days !== 0 && entry.lastUsed.getTime() >= limit) continue;
      if (await removeUnused(this.root, entry.dir)) removed.push(entry);
      else inUse += 1;
    }
    await sweepCache(this.root, { partial: true });
    this.#entries.clear();
    return { removed, inUse };
  }

  /** Removes what processes that are gone left: entries in the making, locks. Returns what, a line each. */
  sweep(): Promise<string[]> {
    return sweepCache(this.root, { partial: false });
  }

  /**
   * Says that this process uses a folder of the cache that is no entry (a suite's index, a clone), and waits until
   * nobody prunes it.
   */
  async use(dir: string, signal: AbortSignal): Promise<void> {
    await use(this.root, dir);
    await withLock(dir, async () => undefined, { signal }).catch((error) => {
      // Where no lock can be made, nothing can be removed.
      if (signal.aborted || error instanceof ReproError) throw error;
    });
  }

  #dirOf({ kind, name, inputs }: Pick<EntryRequest, 'kind' | 'name' | 'inputs'>): string {
    const digest = sha256Text(JSON.stringify([FORMAT, kind, name, inputs])).slice(0, 12);
    return join(this.root, kind, `${name.replaceAll(/[^A-Za-z0-9.+-]+/g, '_')}-${digest}`);
  }

  async #get(request: EntryRequest, dir: string, signal: AbortSignal): Promise<CacheEntry> {
    const what = `${request.kind} ${request.name}`;
    const onWait = (holder: string) =>
      this.notice(`waiting for another repro that makes ${what} (${holder})`);
    try {
      await use(this.root, dir);
      if ((await damagedEntry(dir, signal)) === undefined) return await openEntry(dir);
      return await withLock(dir, (held) => this.#getLocked(request, dir, held), { signal, onWait });
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      if (isDiskFull(error)) throw await diskFull(what, this.root, error);
      throw unwritable(error, this.root) ?? error;
    }
  }

  async #getLocked(request: EntryRequest, dir: string, signal: AbortSignal): Promise<CacheEntry> {
    const what = `${request.kind} ${request.name}`;
    const damaged = await damagedEntry(dir, signal);
    // Another process made it meanwhile.
    if (damaged === undefined) return openEntry(dir);
    const exists = await stat(dir).then(
      () => true,
      () => false,
    );
    if (this.offline && request.network) {
      throw new OfflineError([exists ? `${what} (the copy there is damaged: ${damaged})` : what]);
    }
    if (exists) this.notice(`the cached ${what} is damaged (${damaged}); it is made again`);
    await rm(dir, { recursive: true, force: true });
    return this.#make(request, dir, signal);
  }

  async #make(request: EntryRequest, dir: string, signal: AbortSignal): Promise<CacheEntry> {
    // Only the holder of the lock makes this entry: what lies here was left by a crash.
    const temporary = join(dirname(dir), `${request.resumes ? PARTIAL : MAKING}${basename(dir)}`);
    if (!request.resumes) await rm(temporary, { recursive: true, force: true });
    await makeFolder(temporary);
    try {
      this.notice(`making ${request.kind} ${request.name}`);
      await request.make(temporary, signal);
      const made = await readdir(temporary, { withFileTypes: true });
      const files = made.filter((one) => !one.isDirectory()).map(({ name }) => name);
      await recordFiles(temporary, request, files, signal);
      if (signal.aborted) throw abortError(signal);
      await rename(temporary, dir);
      return await openEntry(dir);
    } catch (error) {
      // Some programs don't say why they failed.
      throw !signal.aborted && (await isFull(temporary)) ? noSpace(error) : error;
    } finally {
      // Moved into place by now, empty, or worth keeping.
      if (request.resumes) await rmdir(temporary).catch(() => undefined);
      else await rm(temporary, { recursive: true, force: true });
    }
  }
}

async function openEntry(dir: string): Promise<CacheEntry> {
  const meta = await readMeta(dir);
  if (meta === undefined) throw new ReproError('cache', `${dir} was removed while it was being used`);
  const files = Object.entries(meta.files).map(([name, { sha256, bytes }]) => [
    name,
    { path: join(dir, name), sha256, bytes },
  ]);
  return { dir, files: Object.fromEntries(files) };
}

/** The error for a cache that this user can't write to; undefined for any other error. */
function unwritable(error: unknown, root: string): ReproError | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || !['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code)) return undefined;
  if (path?.startsWith(root) !== true) return undefined;
  const hint = 'set REPRO_CACHE to a folder of your own';
  return new ReproError('cache-unwritable', `can't write to the cache: ${code} at ${path}`, {
    hint,
    cause: error,
  });
}

/** A file of an entry. Throws when the entry was made without it, which is a bug. */
export function fileOf(entry: CacheEntry, name: string): CachedFile {
  const file = entry.files[name];
  if (file === undefined) throw new Error(`${entry.dir} has no ${name}`);
  return file;
}

/** Bytes on disk of the folders in an entry. */
async function sizeOfTrees(dir: string): Promise<number> {
  const trees = (await folders(dir)).map((name) => join(dir, name));
  if (trees.length === 0) return 0;
  // 1: something went away meanwhile.
  const { stdout } = await run(['du', '-s', '-B1', '--', ...trees], { okCodes: [0, 1] });
  return stdout.split('\n').reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0);
}

async function folders(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
