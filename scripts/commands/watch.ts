/** `--watch`: tells when a file or folder of the user's has changed. */
import type { FSWatcher } from 'chokidar';
import { resolvePath } from '../artifact/path.ts';
import { specOf } from '../artifact/spec.ts';
import { COMPONENTS } from '../components/index.ts';
import { UsageError } from '../lib/errors.ts';
import { abortError } from '../lib/exec.ts';
import type { Cell } from '../scenario/types.ts';

/** Milliseconds for which a file must have stayed as it is: a linker writes a binary in many pieces. */
const SETTLED = 1000;

/** The files and folders of this host that cells take programs from. */
export function pathsOf(cells: readonly Pick<Cell, 'axes'>[]): string[] {
  return [...new Set(placesOf(cells).map(resolvePath))];
}

/** The same as they were written. */
export function placesOf(cells: readonly Pick<Cell, 'axes'>[]): string[] {
  return cells.flatMap(({ axes }) =>
    COMPONENTS.flatMap((component) => specOf(String(axes[component] ?? '')).path ?? []),
  );
}

/** Those to watch. Throws UsageError when there are none. */
export function watchedPaths(cells: readonly Pick<Cell, 'axes'>[]): string[] {
  const places = pathsOf(cells);
  if (places.length > 0) return places;
  throw new UsageError('watch', '--watch reruns when a file of yours changes, and no cell has one', {
    hint: 'name it as the value of a component: --set runc=path:./runc',
  });
}

export class Watcher implements AsyncDisposable {
  readonly #watcher: FSWatcher;
  #changed = false;
  #tell: () => void = () => undefined;

  constructor(watcher: FSWatcher) {
    this.#watcher = watcher;
    watcher.on('all', () => {
      this.#changed = true;
      this.#tell();
    });
    watcher.on('error', () => undefined);
  }

  /** Returns once changes will be seen. `settled` is in milliseconds. */
  static async start(paths: readonly string[], settled = SETTLED): Promise<Watcher> {
    const { watch } = await import('chokidar');
    const watcher = watch([...paths], {
      ignoreInitial: true,
      awaitWriteFinish: { stabilityThreshold: settled, pollInterval: settled / 10 },
    });
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    return new Watcher(watcher);
  }

  /**
   * Resolves at the next change, or at once when there was one since the last answer; changes that come close
   * together are one. Throws InterruptedError when `signal` is aborted.
   */
  async next(signal: AbortSignal, settled = SETTLED): Promise<void> {
    while (!this.#changed) await this.#event(signal);
    while (this.#changed) {
      this.#changed = false;
      await this.#event(signal, settled);
    }
  }

  /** Resolves at an event, or after `timeout` milliseconds. */
  async #event(signal: AbortSignal, timeout?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#tell = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (timeout !== undefined) timer = setTimeout(resolve, timeout);
      if (signal.aborted) resolve();
    });
    clearTimeout(timer);
    if (signal.aborted) throw abortError(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher.close();
  }
}
