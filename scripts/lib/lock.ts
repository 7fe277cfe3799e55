/** One process at a time, across processes. Built on a folder's creation being atomic, so it needs no daemon. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReproError } from './errors.ts';
import { abortError } from './exec.ts';

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** False: throw a ReproError `locked` instead of waiting for another holder. Default true. */
  readonly wait?: boolean | undefined;
  /** Called once, when the lock turns out to be held by another. */
  readonly onWait?: (() => void) | undefined;
  /** Milliseconds after which a lock that its holder no longer renews counts as left by a crash. At least 2000. */
  readonly stale?: number | undefined;
}

/** Milliseconds between two tries. */
const INTERVAL = 200;
const STALE = 10_000;

/**
 * Runs `fn` while holding the lock `<path>.lock`; waits for as long as another holds it.
 * `fn` gets a signal that is aborted with `options.signal`, and when the lock was lost (this process slept for
 * so long that another took it over): it must then leave what the lock guards alone.
 */
export async function withLock<T>(
  path: string,
  fn: (signal: AbortSignal) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const lost = new AbortController();
  const signals = options.signal === undefined ? [lost.signal] : [lost.signal, options.signal];
  const release = await acquire(path, options, () => {
    lost.abort(new ReproError('lock-lost', `another process took over the lock ${path}.lock`));
  });
  try {
    return await fn(AbortSignal.any(signals));
  } finally {
    // A lock that was lost is another's by now.
    if (!lost.signal.aborted) await release();
  }
}

async function acquire(path: string, options: LockOptions, onLost: () => void): Promise<() => Promise<void>> {
  const { lock } = (await import('proper-lockfile')).default;
  await mkdir(dirname(path), { recursive: true });
  const stale = options.stale ?? STALE;
  for (let waiting = false; ; ) {
    if (options.signal?.aborted) throw abortError(options.signal);
    try {
      return await lock(path, { realpath: false, stale, update: stale / 4, onCompromised: onLost });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    }
    if (options.wait === false) throw new ReproError('locked', `${path} is locked by another process`);
    if (!waiting) options.onWait?.();
    waiting = true;
    await sleep(INTERVAL, undefined, { signal: options.signal }).catch(() => undefined);
  }
}
