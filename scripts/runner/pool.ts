/** Carries out the schedule: what `decide` says is begun, and asked again whenever something ended. */
import type { Machine } from '../../vm/machine.ts';
import type { Demand, Occupant } from './admission.ts';
import { type Host, HostLoad, thisHost } from './host-load.ts';
import { type Action, type CellState, decide } from './schedule.ts';

/** A cell as the pool sees it. What its methods throw ends the pool. */
export interface Task {
  /** Unique in the pool. */
  readonly id: string;
  readonly demand: Demand;
  /** Makes what the cell needs. Undefined: it need not run, for whatever reason. */
  prepare(signal: AbortSignal): Promise<Prepared | undefined>;
}

export interface Prepared {
  /** `onMachine` is told of the cell's machine. */
  run(onMachine: (machine: Machine) => void, signal: AbortSignal): Promise<void>;
  /** What can be made before it runs; `key` is equal for cells that need the same. Failing does no harm. */
  readonly warm: { readonly key: string; make(signal: AbortSignal): Promise<void> } | undefined;
}

export interface PoolOptions {
  /** Cells side by side, whatever the host has room for. */
  readonly jobs: number | undefined;
  readonly host?: Host | undefined;
}

/** Milliseconds between two looks at what the machines take; a look costs about 10 for a machine of 1 GiB. */
const TICK = 2000;

/**
 * Runs tasks, in their order as far as the host allows. Throws what a task threw, once the others were told to
 * stop and did. Returns early, with tasks not run, when `signal` is aborted.
 */
export async function runPool(
  tasks: readonly Task[],
  options: PoolOptions,
  signal: AbortSignal,
): Promise<void> {
  await new Pool(tasks, options, signal).run();
}

interface Slot {
  readonly task: Task;
  state: CellState;
  prepared: Prepared | undefined;
}

class Pool {
  readonly #slots: readonly Slot[];
  readonly #jobs: number | undefined;
  readonly #load: HostLoad;
  readonly #user: AbortSignal;
  /** Aborted, with its reason, by what ends the pool. */
  readonly #fatal = new AbortController();
  readonly #signal: AbortSignal;
  readonly #active = new Set<Promise<void>>();
  readonly #warmed = new Set<string>();
  #warming: Demand | undefined;
  #wake: () => void = () => undefined;

  constructor(tasks: readonly Task[], options: PoolOptions, signal: AbortSignal) {
    this.#slots = tasks.map((task) => ({ task, state: 'waiting', prepared: undefined }));
    this.#jobs = options.jobs;
    this.#load = new HostLoad(options.host ?? thisHost);
    this.#user = signal;
    this.#signal = AbortSignal.any([signal, this.#fatal.signal]);
  }

  async run(): Promise<void> {
    const ticks = setInterval(() => this.#load.look().then(() => this.#wake()), TICK);
    this.#signal.addEventListener('abort', () => this.#wake(), { once: true });
    try {
      for (;;) {
        const event = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#beginAll();
        if (this.#active.size === 0) break;
        await event;
      }
    } finally {
      clearInterval(ticks);
    }
    if (this.#fatal.signal.aborted && !this.#user.aborted) throw this.#fatal.signal.reason;
  }

  #beginAll(): void {
    while (!this.#signal.aborted) {
      const action = decide({
        cells: this.#slots.map(({ task, state, prepared }) => ({
          state,
          demand: task.demand,
          warmKey: prepared?.warm?.key,
        })),
        running: this.#slots.filter(({ state }) => state === 'running').map((slot) => this.#occupant(slot)),
        warming: this.#warming === undefined ? undefined : { demand: this.#warming, usedBytes: 0 },
        warmed: this.#warmed,
        host: this.#load.state,
        jobs: this.#jobs,
      });
      const slot = action && this.#slots[action.index];
      if (action === undefined || slot === undefined) return;
      this.#begin(action.type, slot);
    }
  }

  #occupant({ task }: Slot): Occupant {
    return { demand: task.demand, usedBytes: this.#load.usedBytes(task.id) };
  }

  #begin(type: Action['type'], slot: Slot): void {
    const work = {
      prepare: () => this.#prepare(slot),
      start: () => this.#start(slot),
      warm: () => this.#warm(slot),
    };
    const active = work[type]()
      .catch((error) => this.#fatal.abort(error))
      .finally(() => {
        this.#active.delete(active);
        this.#wake();
      });
    this.#active.add(active);
  }

  async #prepare(slot: Slot): Promise<void> {
    slot.state = 'preparing';
    slot.prepared = await slot.task.prepare(this.#signal);
    slot.state = slot.prepared === undefined ? 'ended' : 'ready';
  }

  async #start(slot: Slot): Promise<void> {
    const { task, prepared } = slot;
    if (prepared === undefined) throw new Error(`${task.id} is not ready`);
    slot.state = 'running';
    // Its own start makes the same, so it need not be made beforehand any more.
    if (prepared.warm !== undefined) this.#warmed.add(prepared.warm.key);
    const onMachine = (machine: Machine) => this.#load.follow(task.id, task.demand.kind, machine);
    try {
      await prepared.run(onMachine, this.#signal);
    } finally {
      this.#load.forget(task.id);
      slot.state = 'ended';
    }
  }

  async #warm({ task, prepared }: Slot): Promise<void> {
    const warm = prepared?.warm;
    if (warm === undefined) return;
    this.#warmed.add(warm.key);
    this.#warming = task.demand;
    try {
      await warm.make(this.#signal);
    } finally {
      this.#warming = undefined;
    }
  }
}
