/** A scenario as the rest of the program sees it: validated, defaults filled in, nothing optional left open. */

import type { BuildSettings } from '../artifact/types.ts';
import type { NetworkAccess } from '../lib/network.ts';
import type { Axes, UnsupportedPoint } from '../model/axes.ts';
import type { Scalar } from '../model/scalar.ts';
import type { Symptom } from '../model/symptom.ts';
import type { UnexpectedKind } from '../model/unexpected.ts';
import type { VerdictKind } from '../model/verdict.ts';

/** Chooses cells: every named axis must have the value, or one of the values. `{}` chooses all. */
export type Selector = Readonly<Record<string, Scalar | readonly Scalar[]>>;

export interface Expectation {
  readonly when: Selector;
  readonly verdict: VerdictKind;
  readonly why?: string | undefined;
}

/** A known line of the kernel log, ignored through a day (ISO 8601). */
export interface IgnoredMessage {
  readonly kind: UnexpectedKind;
  /** As in a symptom's `error`; any line when undefined. */
  readonly matching?: string | undefined;
  readonly reason: string;
  readonly until: string;
}

/** Which messages of the kernel are unexpected in a sample that passed. */
export interface KernelLogChecks {
  /** Reported with the sample. */
  readonly warn: readonly UnexpectedKind[];
  /** Makes the sample bad. */
  readonly fail: readonly UnexpectedKind[];
  readonly ignore: readonly IgnoredMessage[];
}

export interface MachineSize {
  /** Image definition in `vm/images/`, by name. */
  readonly image: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  /** What guests may reach; false: nothing. */
  readonly network: NetworkAccess | false;
  /** A new machine for each sample; undefined: one for the cell, as long as it is fit. */
  readonly fresh?: 'sample' | undefined;
}

/** When a cell has enough samples, and what *good* claims of it. */
export interface Sampling {
  /** Until the verdict is settled, instead of a fixed number of times. */
  readonly auto: boolean;
  /** *Good* claims that the symptom's rate is below this, in 0..1; undefined: no more than its interval does. */
  readonly rate: number | undefined;
  /** Of intervals and claims, 0.95. */
  readonly confidence: number;
}

/** What a per-cell override may change. */
export interface CellSettings {
  /** How often each case runs; at most, when `sampling.auto`. */
  readonly samples: number;
  readonly sampling: Sampling;
  /** Seconds one sample may take. */
  readonly timeout: number;
  readonly machine: MachineSize;
  /** Parameters of the suite, after the axes that name one were applied. */
  readonly params: Readonly<Record<string, Scalar>>;
  /** Kinds of machines that will do, the first that can before the others; undefined: the default kind. */
  readonly providers?: readonly string[] | undefined;
}

/** Where the machine of a cell comes from. */
export interface CellProvider {
  readonly kind: string;
  /** Why this kind, where several were allowed. */
  readonly why?: string | undefined;
  /** Why the cell can't run: no kind that is allowed can do what it asks for. */
  readonly refused?: string | undefined;
  /** What these machines have of their own, and from where nothing is fetched: `kernel`, `image`, … to its value. */
  readonly fixed?: Readonly<Record<string, string>> | undefined;
}

export interface Scenario extends CellSettings {
  readonly name: string;
  readonly title: string;
  /** Why one would run it, a paragraph. */
  readonly question: string;
  readonly references: readonly string[];
  readonly suite: {
    readonly id: string;
    /** Those to run; all of the suite's when the file names none. */
    readonly cases: readonly string[];
    /** Whether its cells need the host to themselves; undefined: as the symptom tells. */
    readonly timing?: boolean | undefined;
  };
  /** Ordered: the first axis varies slowest. */
  readonly axes: Readonly<Record<string, readonly Scalar[]>>;
  /** Artifact sources in which a bare version is looked up, in this order. */
  readonly sources: readonly string[];
  /** Component -> how its `git:` revisions are built, where that isn't as shipped. */
  readonly build: Readonly<Partial<Record<string, BuildSettings>>>;
  readonly symptom: Symptom;
  readonly kernelLog: KernelLogChecks;
  readonly expect: readonly Expectation[];
  /** How often each case runs at most when that is decided while it runs. */
  readonly maxSamples: number;
  /** The cells to run, in order, and the unsupported combinations. */
  readonly cells: readonly Cell[];
  readonly unsupported: readonly UnsupportedPoint[];
  /** Path of the file, and the sha256 of its text. */
  readonly file: string;
  readonly sha256: string;
}

/** One point of the matrix that can be run. */
export interface Cell extends CellSettings {
  /** `<scenario>/<axis>=<value>,…`: the name on screen and the filter syntax. */
  readonly id: string;
  readonly scenario: string;
  readonly axes: Axes;
  readonly expect: Expectation | undefined;
  /** Undefined before it was chosen; and of the default kind, where there was no choice and nothing is fixed. */
  readonly provider?: CellProvider | undefined;
}
