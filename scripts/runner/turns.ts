/**
 * Cells that run side by side take their samples in turns, in an order that was drawn beforehand: what the host does
 * meanwhile then falls on all of them alike.
 */
import { type Draw, shuffled } from '../lib/random.ts';
import type { ReportSample } from '../report/model.ts';

/** One sample of one cell. */
export interface Turn {
  readonly cell: string;
  /** Sample id, `start#1`. */
  readonly sample: string;
}

/**
 * Round by round, every case once in all cells, one right after the other; which cell is first is drawn for each anew,
 * so that none gains by a host that slows down or a machine that warms up.
 */
export function drawTurns(
  cells: readonly string[],
  cases: readonly string[],
  rounds: number,
  draw: Draw,
): Turn[] {
  return Array.from({ length: rounds }, (_, round) =>
    cases.flatMap((id) => shuffled(cells, draw).map((cell) => ({ cell, sample: `${id}#${round + 1}` }))),
  ).flat();
}

export class Turns {
  #left: readonly Turn[];
  #stopped = false;
  /** What was asked for and is not its turn yet. */
  readonly #waiting = new Map<string, (go: boolean) => void>();
  readonly #taken: Turn[] = [];
  readonly #onSample: (cell: string, sample: ReportSample) => boolean;

  /** `onSample` hears of every sample as it ends, and says whether to go on. */
  constructor(order: readonly Turn[], onSample: (cell: string, sample: ReportSample) => boolean) {
    this.#left = order;
    this.#onSample = onSample;
  }

  /** The turns that were taken, in the order they were. */
  get taken(): readonly Turn[] {
    return this.#taken;
  }

  /** Whether the samples ended before their time. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Waits for a cell's turn; false when there are to be no more samples. Rejects when `signal` is aborted. */
  next(cell: string, sample: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(keyOf({ cell, sample }), (go) => {
        signal.removeEventListener('abort', abort);
        resolve(go);
      });
      this.#advance();
    });
  }

  done(cell: string, sample: ReportSample): void {
    this.#taken.push({ cell, sample: sample.id });
    this.#left = this.#left.filter((turn) => turn.cell !== cell || turn.sample !== sample.id);
    if (!this.#onSample(cell, sample)) this.#stopped = true;
    this.#advance();
  }

  /** A cell has ended. Before all of its turns, it ends those of the others: there is nothing to compare with. */
  leave(cell: string): void {
    if (this.#left.some((turn) => turn.cell === cell)) this.#stopped = true;
    this.#advance();
  }

  #advance(): void {
    if (this.#stopped) {
      for (const [key, go] of this.#waiting) {
        this.#waiting.delete(key);
        go(false);
      }
      return;
    }
    const [first] = this.#left;
    const key = first === undefined ? undefined : keyOf(first);
    const go = key === undefined ? undefined : this.#waiting.get(key);
    if (key === undefined || go === undefined) return;
    this.#waiting.delete(key);
    go(true);
  }
}

const keyOf = ({ cell, sample }: Turn): string => `${cell} ${sample}`;
