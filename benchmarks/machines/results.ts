/** What `npm run bench:machines` measured. Pure data. */

/** One way to get a command's answer out of a new machine. */
export interface Column {
  readonly id: string;
  readonly title: string;
  /** Milliseconds, one a round; undefined where it failed. */
  readonly ms: readonly (number | undefined)[];
  /** Why it could not be measured, or failed in a round. */
  readonly trouble?: string | undefined;
}

/** A whole `repro run`, cell after cell. */
export interface WholeRun {
  readonly wallMs: number;
  /** Sum over its cells. */
  readonly guestMs: number;
}

/** `cells` cells of `smoke` in one run. */
export interface Growth {
  readonly cells: number;
  /** By how much the host's available memory fell at most while it ran, bytes. */
  readonly memory: number;
  readonly wallMs: number;
  readonly guestMs: number;
}

/** The same containers, started by `repro run smoke` and by plain QEMU with a shell script, one right after the other. */
export interface ByHand {
  readonly samples: number;
  readonly reproMs: number;
  readonly plainMs: number;
}

export interface Results {
  readonly host: string;
  readonly load: string;
  readonly columns: readonly Column[];
  readonly whole: readonly WholeRun[];
  readonly byHand: readonly ByHand[];
  /** Bytes that each of several machines alone holds after its first command. */
  readonly memory: readonly number[];
  readonly growth: readonly Growth[];
  readonly cores: number;
}
