/**
 * One process at a time, across processes. A lock is a folder with its holder's name in it, moved into place in one
 * step: that needs no daemon, and works on file systems without locks of their own. Whether it still holds is told
 * by the holder, not by a clock: a process that is gone holds nothing, one that sleeps keeps what it has.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ReproError } from './errors.ts';
import { abortError } from './exec.ts';
import { makeFolder, writeError } from './files.ts';
import { recallJson } from './json.ts';
import { nameOf, ownerSchema, ownerState, thisOwner } from './owner.ts';

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** False: throw a ReproError `locked` instead of waiting for another holder. Default true. */
  readonly wait?: boolean | undefined;
  /** Called once, when the lock turns out to be held by another; with who it is, `process 4711 on host builder-3`. */
  readonly onWait?: ((holder: string) => void) | undefined;
  /**
   * Milliseconds of watching after which a lock that nobody renews counts as left by a crash, where its holder runs
   * on another host or in another container and can't be asked. NFS shows changes a minute late.
   */
  readonly patience?: number | undefined;
  /** Milliseconds between two renewals. */
  readonly renewal?: number | undefined;
}

export interface Lock extends AsyncDisposable {
  /** Aborted with a ReproError `lock-lost` when another took the lock over, or removed it. */
  readonly lost: AbortSignal;
}

/** Milliseconds between two tries. */
const INTERVAL = 100;
const PATIENCE = 120_000;
const RENEWAL = 5_000;

const HOLDER = 'owner.json';
const holderSchema = ownerSchema.extend({ id: z.string().regex(/^[\w-]+$/) });
type Holder = z.infer<typeof holderSchema>;

/** The folder that stands for the lock of `path`. */
export const lockFolder = (path: string): string => `${path}.lock`;
/** Whether a name is that of a lock's folder, or of one that becomes or was one. */
export const isLock = (name: string): boolean => name.endsWith('.lock');
/** Beside the lock, and named after one holder alone. */
const besideOf = (path: string, id: string): string => `${path}.${id}.lock`;

/**
 * Runs `fn` while holding the lock `<path>.lock`; waits for as long as another holds it.
 * `fn` gets a signal that is aborted with `options.signal`, and when the lock was lost: it must then leave what the
 * lock guards alone.
 */
export async function withLock<T>(
  path: string,
  fn: (signal: AbortSignal) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  await using lock = await takeLock(path, options);
  const { signal } = options;
  return await fn(signal === undefined ? lock.lost : AbortSignal.any([lock.lost, signal]));
}

/** Takes the lock `<path>.lock`; disposed of, it is given back. */
export async function takeLock(path: string, options: LockOptions = {}): Promise<Lock> {
  const { signal, wait = true } = options;
  await makeFolder(dirname(path));
  const watch = new Watch(path, options.patience ?? PATIENCE);
  const tombs: string[] = [];
  const clean = async () => {
    for (const tomb of tombs) await remove(tomb);
    // Whoever was killed with the lock had perhaps taken it over, too.
    if (tombs.length > 0) await sweepBeside(path);
  };
  try {
    for (let waiting = false; ; ) {
      if (signal?.aborted) throw abortError(signal);
      const id = await attempt(path);
      if (id !== undefined) return holdLock(path, id, options.renewal ?? RENEWAL, clean);
      const tomb = await watch.takeOver();
      if (tomb === 'retry') continue;
      if (tomb !== undefined) {
        tombs.push(tomb);
        continue;
      }
      if (!wait) throw new ReproError('locked', `${path} is in use by ${watch.holder}`);
      if (!waiting) options.onWait?.(watch.holder);
      waiting = true;
      await sleep(INTERVAL, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    await clean();
    throw error;
  }
}

/** Returns the id under which the lock is held now; undefined when another holds it. */
async function attempt(path: string): Promise<string | undefined> {
  const id = randomUUID();
  const own = besideOf(path, id);
  try {
    await mkdir(own);
    await writeFile(join(own, HOLDER), JSON.stringify({ ...thisOwner(), id } satisfies Holder));
    await rename(own, lockFolder(path));
    return id;
  } catch (error) {
    await remove(own);
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw writeError(error, lockFolder(path));
  }
}

/** What is seen of a lock that another holds. */
class Watch {
  readonly #path: string;
  readonly #patience: number;
  #seen: { readonly mark: string; readonly since: number } | undefined;
  #holder: Holder | undefined;

  constructor(path: string, patience: number) {
    this.#path = path;
    this.#patience = patience;
  }

  /** For people. */
  get holder(): string {
    return this.#holder === undefined ? 'another process' : nameOf(this.#holder);
  }

  /**
   * Moves the lock away if its holder is gone; returns where to, or undefined when it may not be moved. `retry`:
   * it was given back, or another was quicker. Throws ReproError `lock` where it may be moved and can't, as of another
   * user's in /tmp. The new name is the holder's own and stays until we have given the
   * lock back: whoever still takes that holder for the present one can't move the lock of the next.
   */
  async takeOver(): Promise<string | 'retry' | undefined> {
    const lock = lockFolder(this.#path);
    const stats = await stat(lock).catch(() => undefined);
    if (stats === undefined) return 'retry';
    this.#holder = await recallJson(join(lock, HOLDER), holderSchema);
    if (!this.#isLeft(this.#holder, stats.mtimeMs)) return undefined;
    const tomb = besideOf(this.#path, this.#holder?.id ?? `unknown-${Math.trunc(stats.mtimeMs)}`);
    try {
      await rename(lock, tomb);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return 'retry';
      // Whoever took it from this holder is not done yet.
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return undefined;
      throw new ReproError('lock', `${lock} was left by ${this.holder} and can't be removed: ${code}`, {
        hint: `make sure that no repro runs there, and remove ${lock}`,
        cause: error,
      });
    }
    const moved = await recallJson(join(tomb, HOLDER), holderSchema);
    if (moved?.id === this.#holder?.id) return tomb;
    await rename(tomb, lock).catch(() => undefined);
    return 'retry';
  }

  #isLeft(holder: Holder | undefined, mtimeMs: number): boolean {
    const state = holder === undefined ? 'elsewhere' : ownerState(holder);
    if (state !== 'elsewhere') return state === 'gone';
    const mark = `${holder?.id} ${mtimeMs}`;
    if (this.#seen?.mark !== mark) this.#seen = { mark, since: performance.now() };
    return performance.now() - this.#seen.since >= this.#patience;
  }
}

function holdLock(path: string, id: string, renewal: number, clean: () => Promise<void>): Lock {
  const lock = lockFolder(path);
  const lost = new AbortController();
  const isOurs = async () => (await recallJson(join(lock, HOLDER), holderSchema))?.id === id;
  const renew = async () => {
    if (await isOurs()) await utimes(lock, new Date(), new Date()).catch(() => undefined);
    else lost.abort(new ReproError('lock-lost', `another process took over the lock ${lock}, or removed it`));
  };
  // What can't be read now may be later.
  const timer = setInterval(() => void renew().catch(() => undefined), renewal);
  timer.unref();
  return {
    lost: lost.signal,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      // A lock that was lost is another's by now.
      if (await isOurs().catch(() => false)) {
        const own = besideOf(path, id);
        await rename(lock, own).catch(() => undefined);
        await remove(own);
      }
      await clean();
    },
  };
}

/** Milliseconds after which a lock's folder that nobody put a name into was left by a crash. */
const NAMELESS = 3600 * 1000;

/** Removes the locks in a folder whose holders are gone, and what became none. */
export async function sweepLocks(folder: string): Promise<void> {
  for (const name of (await readdir(folder).catch(() => [])).filter(isLock)) await sweepOne(folder, name);
}

/** As `sweepLocks`, of one lock: what became none, and what became of it. */
async function sweepBeside(path: string): Promise<void> {
  const folder = dirname(path);
  const names = (await readdir(folder).catch(() => [])).filter(isLock);
  for (const name of names.filter(
    (one) => one.startsWith(`${basename(path)}.`) && join(folder, one) !== lockFolder(path),
  ))
    await sweepOne(folder, name);
}

async function sweepOne(folder: string, name: string): Promise<void> {
  const dir = join(folder, name);
  const holder = await recallJson(join(dir, HOLDER), holderSchema);
  if (holder === undefined) {
    const stats = await stat(dir).catch(() => undefined);
    // Anything else of such a name is somebody's: a run's folder may be any folder of the user's.
    const names = stats?.isDirectory() ? await readdir(dir).catch(() => undefined) : undefined;
    const isOurs = names?.every((one) => one === HOLDER) ?? false;
    if (isOurs && stats !== undefined && Date.now() - stats.mtimeMs > NAMELESS) await remove(dir);
  } else if (ownerState(holder) === 'gone') {
    // Away from its name first, so that it can't be another's by then.
    const tomb = join(folder, `${name.replace(/\.lock$/, '')}.${randomUUID()}.lock`);
    await rename(dir, tomb).catch(() => undefined);
    const moved = await recallJson(join(tomb, HOLDER), holderSchema);
    if (moved?.id === holder.id) await remove(tomb);
    else await rename(tomb, dir).catch(() => undefined);
  }
}

async function remove(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true }).catch(() => undefined);
}
