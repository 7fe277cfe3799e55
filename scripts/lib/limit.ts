/**
 * Limits of time for what runs on a machine, in the machine's own time: while its host lets it wait for a CPU, the
 * clock stands. So a busy host costs time and no answers. A limit that stands for too long ends all the same.
 */

/** What a host keeps from a machine. */
export interface HostWait {
  /** Milliseconds so far in which it was ready to run and had to wait for a CPU. Never falls. */
  readonly ms: number;
  /** How many times longer everything took it so far than on a host of its own: 1 and more. */
  readonly slowdown: number;
}

/** How many times a limit its end may be away, on the clock: beyond it, a host is no place for machines. */
export const LONGEST_STRETCH = 10;

/** Milliseconds of a command on a machine that has no limit of its own. */
export const EXEC_TIMEOUT = 60_000;

/** Milliseconds between two looks at what the host lets a machine wait. */
const LOOK = 1_000;

/** A number of seconds, or of tries, for the guest to count itself: as many more as it was slowed down so far. */
export function stretched(count: number, wait: Pick<HostWait, 'slowdown'> | undefined): number {
  return Math.ceil(count * (wait?.slowdown ?? 1));
}

/** A time that something may take. Told by the clock alone where `wait` is undefined. */
export class Allowance {
  readonly #ms: number;
  readonly #wait: Pick<HostWait, 'ms'> | undefined;
  readonly #now: () => number;
  readonly #began: number;
  readonly #waitedBefore: number;

  /** `ms` of the machine's own time, from now on. `now` tells milliseconds, from whenever. */
  constructor(ms: number, wait?: Pick<HostWait, 'ms'>, now: () => number = () => performance.now()) {
    this.#ms = ms;
    this.#wait = wait;
    this.#now = now;
    this.#began = now();
    this.#waitedBefore = wait?.ms ?? 0;
  }

  /** Milliseconds until it can be over at the earliest; 0 when it is. */
  get left(): number {
    const wall = this.#now() - this.#began;
    const own = wall - this.#waited(wall);
    return Math.max(0, Math.min(this.#ms - own, this.#ms * LONGEST_STRETCH - wall));
  }

  get over(): boolean {
    return this.left <= 0;
  }

  /** For messages: `60 s`, or what the host has to do with it: `60 s (the host let it wait for 95 s more)`. */
  get said(): string {
    const waited = Math.round(this.#waited(this.#now() - this.#began) / 1000);
    const own = `${this.#ms / 1000} s`;
    return waited === 0 ? own : `${own} (the host was busy and let it wait for ${waited} s more)`;
  }

  #waited(wall: number): number {
    return Math.min(wall, Math.max(0, (this.#wait?.ms ?? 0) - this.#waitedBefore));
  }
}

/** A limit that tells when it is over. Dispose of it when what it limits has ended. */
export interface Limit extends Disposable {
  /** Aborted when it is over, with the error that `makeLimit` was given. */
  readonly signal: AbortSignal;
  readonly over: boolean;
}

/** `error` gets the words of the time that was given: `no answer within ${said}`. */
export function makeLimit(
  ms: number,
  wait: Pick<HostWait, 'ms'> | undefined,
  error: (said: string) => Error,
): Limit {
  const allowance = new Allowance(ms, wait);
  const late = new AbortController();
  let timer: NodeJS.Timeout;
  const look = () => {
    if (!allowance.over) return arm();
    // On a busy host it may be this process that is late: an answer that has come is read first.
    timer = setTimeout(() => late.abort(error(allowance.said)), 0);
  };
  const arm = () => {
    timer = setTimeout(look, Math.min(LOOK, Math.max(1, Math.ceil(allowance.left))));
  };
  arm();
  return {
    signal: late.signal,
    get over() {
      return allowance.over;
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
