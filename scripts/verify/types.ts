/** Whether an upgrade is safe: what is compared, and what comes out. */
import type { Axes } from '../model/axes.ts';
import type { Cell } from '../scenario/types.ts';

/** Two cells that differ in what is upgraded alone. */
export interface Arms {
  /** The axes that both have in common, `cgroup=v2,cgroupDriver=cgroupfs`; empty when there are none. */
  readonly name: string;
  readonly common: Axes;
  readonly baseline: Cell;
  readonly candidate: Cell;
}

export type Quantity = 'failures' | 'memory' | 'time' | 'floor';
export type Answer = 'safe' | 'regressed' | 'inconclusive';

/** How much worse the candidate may be and still count as safe. */
export interface Tolerance {
  /** Of the rate of failures, a difference in 0..1. */
  readonly failures: number;
  /** Of peaks and of floors, bytes. */
  readonly memory: number;
  /** Of times, a share of the baseline's in 0..1. */
  readonly time: number;
}

export interface Summary {
  readonly n: number;
  readonly bad: number;
  /** Median of a metric, or a floor; undefined for failures, and without a floor. */
  readonly median: number | undefined;
}

/** How one quantity of one case changed. */
export interface Comparison {
  readonly arms: string;
  readonly case: string;
  readonly quantity: Quantity;
  /** Name of the metric; undefined for failures. */
  readonly metric: string | undefined;
  readonly baseline: Summary;
  readonly candidate: Summary;
  /**
   * How much greater the candidate's is, and where the truth may lie: a difference of rates in -1..1, bytes, or a
   * share of the baseline's time.
   */
  readonly change: { readonly estimate: number; readonly low: number; readonly high: number };
  /** How the change was judged. */
  readonly method: string;
  /** That it is worse than tolerated, corrected for every comparison and every look. */
  readonly p: number;
  readonly answer: Answer;
  /** A sentence for people. */
  readonly because: string;
}

/** What was compared: whether it is one build (an A/A question), each arm's own builds, and what both have in common. */
export interface ArmsSetting {
  /** Both arms are the same build: a difference is an error of the tool. Absent in older files. */
  readonly sameBuild?: boolean | undefined;
  /** As they were resolved: `runc 1.1.5+ds1-1 (deb:bookworm, sha256 …)`. */
  readonly builds: { readonly baseline: readonly string[]; readonly candidate: readonly string[] };
  /** The other components, kernels, the host. */
  readonly common: readonly string[];
}

export interface Verification extends ArmsSetting {
  readonly schema: 'repro.verify/1';
  readonly scenario: string;
  readonly title: string;
  readonly baseline: string;
  readonly candidate: string;
  readonly confidence: number;
  readonly tolerance: Tolerance;
  /** Pairs of samples that each case may take. */
  readonly budget: number;
  readonly seed: number;
  /** What was sampled, in the order it was. */
  readonly order: readonly { readonly cell: string; readonly sample: string }[];
  readonly answer: Answer;
  readonly comparisons: readonly Comparison[];
  /** What could not be compared, and why: with one of them, nothing is *safe*. */
  readonly gaps: readonly string[];
  /** What has no baseline to be worse than. */
  readonly notes: readonly string[];
}
