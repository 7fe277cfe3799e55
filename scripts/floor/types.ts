/** Memory floors: what was asked, and what came out. */
import type { Axes } from '../model/axes.ts';
import type { Known, SearchOptions } from './search.ts';

/** The floor of one case in one cell. Limits are bytes. */
export interface Floor extends Known {
  readonly cell: string;
  readonly axes: Axes;
  readonly case: string;
  /** As the guest says. */
  readonly kernel: string | undefined;
  readonly cgroup: string | undefined;
  readonly cgroupDriver: string;
  /** The container runtime as the guest says, and the size of its binary in bytes. */
  readonly runtime: { readonly reported: string; readonly bytes: number | undefined } | undefined;
  /** Every limit that was tried, the smallest first. */
  readonly tried: readonly { readonly limit: number; readonly failed: number; readonly total: number }[];
  readonly samples: number;
  /** What the largest limit that failed was told. */
  readonly failure: string | undefined;
}

export interface Floors extends SearchOptions {
  readonly schema: 'repro.floor/2';
  readonly scenario: string;
  readonly title: string;
  readonly floors: readonly Floor[];
}
