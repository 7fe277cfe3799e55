/** What this host has, and what its machines take of it while they run. */
import { availableParallelism, freemem } from 'node:os';
import type { Machine } from '../../vm/machine.ts';
import type { HostState } from './admission.ts';

export interface Host {
  readonly cores: number;
  /** Memory that can be had without swapping, bytes. */
  availableBytes(): number;
}

/** Within the limits that a container sets: `freemem` is the kernel's MemAvailable. */
export const thisHost: Host = {
  cores: availableParallelism(),
  availableBytes: () => Math.min(freemem(), process.availableMemory()),
};

/** Looks that make a peak; a machine that was seen fewer times may have grown unseen. */
const LOOKS = 2;

interface Reading {
  readonly kind: string;
  readonly machine: Machine;
  usedBytes: number;
  peakBytes: number;
  looks: number;
}

/** Follows how much memory machines hold. */
export class HostLoad {
  readonly #host: Host;
  readonly #readings = new Map<string, Reading>();
  readonly #peaks = new Map<string, number>();

  constructor(host: Host) {
    this.#host = host;
  }

  get state(): HostState {
    const { cores } = this.#host;
    return { cores, availableBytes: this.#host.availableBytes(), peaks: this.#peaks };
  }

  /** `kind` as in a cell's demand. */
  follow(id: string, kind: string, machine: Machine): void {
    this.#readings.set(id, { kind, machine, usedBytes: 0, peakBytes: 0, looks: 0 });
  }

  /** The machine is gone; the most that it held stands for its kind. */
  forget(id: string): void {
    const reading = this.#readings.get(id);
    this.#readings.delete(id);
    if (reading === undefined || reading.looks < LOOKS) return;
    this.#peaks.set(reading.kind, Math.max(reading.peakBytes, this.#peaks.get(reading.kind) ?? 0));
  }

  usedBytes(id: string): number {
    return this.#readings.get(id)?.usedBytes ?? 0;
  }

  /** Asks all machines. One that can't tell keeps what it told last. */
  async look(): Promise<void> {
    await Promise.all(
      [...this.#readings.values()].map(async (reading) => {
        const bytes = await reading.machine.usage().then(
          ({ memoryBytes }) => memoryBytes,
          () => undefined,
        );
        if (bytes === undefined) return;
        reading.usedBytes = bytes;
        reading.peakBytes = Math.max(reading.peakBytes, bytes);
        reading.looks++;
      }),
    );
  }
}
