/** How long the guest of a cell was at work for its suite: what is left of the cell's time is our own. */
import type { Machine } from '../../vm/machine.ts';

/** Adds up the time in which at least one piece of work goes on; two at once count once. */
export class GuestClock {
  readonly #now: () => number;
  #running = 0;
  #since = 0;
  #ms = 0;

  /** `now` tells milliseconds, from whenever. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running++ === 0) this.#since = this.#now();
    try {
      return await work();
    } finally {
      if (--this.#running === 0) this.#ms += this.#now() - this.#since;
    }
  }

  /** Milliseconds so far. */
  get ms(): number {
    return Math.round(this.#ms + (this.#running > 0 ? this.#now() - this.#since : 0));
  }
}

/** The same machine, with every command and copy on the clock. */
export function clocked(machine: Machine, clock: GuestClock): Machine {
  return {
    id: machine.id,
    facts: machine.facts,
    lost: machine.lost,
    hostWait: machine.hostWait,
    exec: (command, options) => clock.during(() => machine.exec(command, options)),
    copyIn: (host, guest) => clock.during(() => machine.copyIn(host, guest)),
    copyOut: (guest, host) => clock.during(() => machine.copyOut(guest, host)),
    attach: (layers) => clock.during(() => machine.attach(layers)),
    followLog: (listener) => machine.followLog(listener),
    forward: (socket) => machine.forward(socket),
    console: () => machine.console(),
    shell: () => machine.shell(),
    usage: () => machine.usage(),
    host: machine.host,
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}
