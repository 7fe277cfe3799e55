/** What an input may take, and what is told of the inputs of a kind. */

/** Milliseconds an input may take, and MiB the process that takes them may have. */
export const LIMITS = { time: 2_000, memory: 300 } as const;

export interface Failure {
  /** Of fast-check, to make the input again. */
  readonly seed: number;
  readonly path: string;
  /** As an expression of JavaScript. */
  readonly input: string;
  /** With its stack. */
  readonly error: string;
}

/** Of one kind. */
export interface Result {
  readonly inputs: number;
  /** Milliseconds of CPU time that the slowest one took. */
  readonly slowest: number;
  /** MiB. */
  readonly peak: number;
  readonly failures: readonly Failure[];
}
