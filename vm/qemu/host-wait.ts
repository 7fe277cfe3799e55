/** How long the host lets a virtual machine wait for a CPU, as Linux' scheduler counts it. */
import { readdirSync, readFileSync } from 'node:fs';
import { type HostWait, LONGEST_STRETCH } from '../../scripts/lib/limit.ts';

/** Thread -> nanoseconds that it waited on a run queue so far: the second number of its schedstat, in proc(5). */
export type Delays = ReadonlyMap<string, number>;

/**
 * Of the threads of a process, and of our own that asks it; empty where it is gone or the kernel doesn't count
 * (CONFIG_SCHED_INFO).
 */
export function readDelays(pid: number): Delays {
  try {
    const tasks = `/proc/${pid}/task`;
    const own = waitedOf(`/proc/self/task/${process.pid}/schedstat`);
    return new Map([
      ['own', own ?? 0],
      ...readdirSync(tasks).flatMap((task): [string, number][] => {
        const waited = waitedOf(`${tasks}/${task}/schedstat`);
        return waited === undefined ? [] : [[task, waited]];
      }),
    ]);
  } catch {
    return new Map();
  }
}

/** A thread may have ended since it was listed. */
function waitedOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[1]);
  } catch {
    return undefined;
  }
}

/**
 * Adds up, from look to look, how long the thread waited that waited longest: a machine whose one CPU waits goes on
 * with the other, but sooner or later needs it.
 */
export class QemuWait implements HostWait {
  readonly #read: () => Delays;
  readonly #now: () => number;
  readonly #began: number;
  #looked: number;
  #delays: Delays;
  #ms = 0;

  constructor(read: () => Delays, now: () => number = () => performance.now()) {
    this.#read = read;
    this.#now = now;
    this.#began = now();
    this.#looked = this.#began;
    this.#delays = read();
  }

  get ms(): number {
    const now = this.#now();
    const delays = this.#read();
    const grown = [...delays].map(([task, waited]) => waited - (this.#delays.get(task) ?? 0));
    // A thread that is new may have waited since before the last look.
    this.#ms += Math.min(now - this.#looked, Math.max(0, ...grown) / 1e6);
    this.#delays = delays;
    this.#looked = now;
    return this.#ms;
  }

  get slowdown(): number {
    const waited = this.ms;
    const wall = this.#looked - this.#began;
    return wall <= 0 ? 1 : Math.min(LONGEST_STRETCH, wall / Math.max(1, wall - waited));
  }
}
