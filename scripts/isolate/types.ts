/** Which axes make a failure: what is searched, and what comes out. */
import type { Axes } from '../model/axes.ts';
import type { Rate } from '../model/verdict.ts';
import type { Cell } from '../scenario/types.ts';

/** A cell that fails and one that passes, and the axes between them, in scenario order. */
export interface Ends {
  readonly fail: Cell;
  readonly pass: Cell;
  readonly axes: readonly string[];
  /** Axes that are left as they are in the failing cell: they can't be changed one at a time. */
  readonly tied: readonly string[];
}

/** What is known of a point: its verdict; `open` where it can't be run or judged. */
export type Known = 'good' | 'bad' | 'open';

/** `decides`: the failure comes and goes with it. `rate`: it changes how often. `cleared`, `open`: see `because`. */
export type Role = 'decides' | 'rate' | 'cleared' | 'open';

export interface AxisFinding {
  readonly axis: string;
  /** The values of the passing and of the failing cell. */
  readonly from: string;
  readonly to: string;
  readonly role: Role;
  /** In the smallest set of values that makes the passing cell fail. */
  readonly inCause: boolean;
  /** Pairs of cells that differ in this axis alone. */
  readonly pairs: number;
  /** How much greater the failing value's rate is; ends in -1..1. `estimate` undefined where no pair tells. */
  readonly rate: { readonly estimate: number | undefined; readonly low: number; readonly high: number };
  /** Corrected for the number of axes. */
  readonly p: number;
  /** How a metric moves with it; undefined when there was none to compare. */
  readonly metric:
    | { readonly name: string; readonly unit: string; readonly shift: number; readonly p: number }
    | undefined;
  readonly because: string;
}

/** An axis whose effect depends on another one. */
export interface Interaction {
  readonly axis: string;
  readonly with: string;
  readonly because: string;
}

export interface Point {
  readonly cell: string;
  readonly axes: Axes;
  readonly verdict: string;
  readonly rate: Rate | undefined;
}

export interface Isolation {
  readonly schema: 'repro.isolate/2';
  readonly scenario: string;
  readonly title: string;
  readonly fail: string;
  readonly pass: string;
  /** Samples of each case in a cell, at first and, where an axis was open still, at most. */
  readonly looks: readonly number[];
  readonly confidence: number;
  /** All combinations of the axes between both cells were run, as far as they can be. */
  readonly full: boolean;
  /** Axis -> failing value: the smallest set found that makes the passing cell fail; undefined when none did. */
  readonly cause: Axes | undefined;
  readonly axes: readonly AxisFinding[];
  readonly interactions: readonly Interaction[];
  readonly points: readonly Point[];
  /** Why there is no answer; undefined when there is one. */
  readonly problem: string | undefined;
  /** The answer in sentences. */
  readonly words: readonly string[];
}
