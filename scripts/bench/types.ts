/** Whether something became slower: what is timed, and what comes out. */
import type { Cell } from '../scenario/types.ts';
import type { ArmsSetting } from '../verify/types.ts';

/** One point at which two builds are timed. The baseline runs on two machines: what differs between them is noise. */
export interface Trio {
  /** The axes that all have in common; empty when there are none. */
  readonly name: string;
  readonly baseline: Cell;
  readonly control: Cell;
  readonly candidate: Cell;
}

/** `alike`: no slower than tolerated. */
export type BenchOutcome = 'slower' | 'faster' | 'alike' | 'inconclusive';

/** A ratio of times and where the truth may lie. */
export interface Ratio {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export interface Timed {
  readonly n: number;
  /** Medians over the samples, ms. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** One metric of one case. */
export interface Timing {
  readonly at: string;
  readonly case: string;
  readonly metric: string;
  readonly baseline: Timed;
  readonly candidate: Timed;
  /** Candidate over baseline. */
  readonly ratio: Ratio;
  /** Baseline over baseline, another machine of the same kind in the same run. */
  readonly same: Ratio;
  /** The largest factor by which two machines with the same build may differ, as far as `same` tells; 1 or more. */
  readonly noise: number;
  /** Undefined where the metric is told beside another that decides. */
  readonly outcome: BenchOutcome | undefined;
  readonly because: string;
}

export interface Benchmark extends ArmsSetting {
  readonly schema: 'repro.bench/2';
  readonly scenario: string;
  readonly title: string;
  readonly baseline: string;
  readonly candidate: string;
  readonly confidence: number;
  /** How much slower is tolerated, a share. */
  readonly tolerate: number;
  readonly seed: number;
  /** Rounds that count; one before them was thrown away. */
  readonly rounds: number;
  readonly order: readonly { readonly cell: string; readonly sample: string }[];
  readonly outcome: BenchOutcome;
  readonly timings: readonly Timing[];
  /** What could not be timed, and why. */
  readonly gaps: readonly string[];
}
