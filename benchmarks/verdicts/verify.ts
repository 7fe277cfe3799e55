/** What `repro verify` says of upgrades whose true effect is known: drawn at random, answered by its own code. */

import { quantile } from '../../scripts/lib/numbers.ts';
import { type CompareOptions, compare, overall, type Sampled } from '../../scripts/verify/compare.ts';
import { isAnswered, looksOf } from '../../scripts/verify/order.ts';
import { DEFAULT_TOLERANCE } from '../../scripts/verify/tolerance.ts';
import type { Answer, Comparison } from '../../scripts/verify/types.ts';
import { type Chance, chanceOf } from './chance.ts';
import { type Seen, sampleOf } from './samples.ts';

export const BUDGET = 48;

/** One sample of an arm. */
export type Arm = (chance: Chance) => Seen;

export interface Outcomes {
  readonly runs: number;
  readonly counts: Readonly<Record<Answer, number>>;
  /** Pairs of samples: their mean, and what suffices in nine runs of ten. */
  readonly mean: number;
  readonly most: number;
}

/** Of each run the answer on one quantity, or the whole one; as many comparisons are planned as a run of one case has. */
export function verifyRuns(
  runs: number,
  seed: number,
  { baseline, candidate }: { readonly baseline: Arm; readonly candidate: Arm },
  { budget = BUDGET, quantity }: { budget?: number; quantity?: Comparison['quantity'] } = {},
): Outcomes {
  const looks = looksOf(budget);
  const options: CompareOptions = {
    tolerance: DEFAULT_TOLERANCE,
    confidence: 0.95,
    looks: looks.length,
    planned: 3,
  };
  const counts = { safe: 0, regressed: 0, inconclusive: 0 };
  const pairs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const chance = chanceOf(seed + run);
    const taken: Sampled & {
      baseline: ReturnType<typeof sampleOf>[];
      candidate: ReturnType<typeof sampleOf>[];
    } = {
      arms: '',
      baseline: [],
      candidate: [],
    };
    for (let n = 1; n <= budget; n++) {
      taken.baseline.push(sampleOf(n, baseline(chance)));
      taken.candidate.push(sampleOf(n, candidate(chance)));
      if (isAnswered(taken, 1, looks, options)) break;
    }
    const found = compare([taken], options).filter(
      (one) => quantity === undefined || one.quantity === quantity,
    );
    counts[overall(found.map(({ answer }) => answer))]++;
    pairs.push(taken.candidate.length);
  }
  return {
    runs,
    counts,
    mean: pairs.reduce((sum, one) => sum + one, 0) / runs,
    most: quantile(pairs, 0.9),
  };
}

/** Fails at a rate. */
export const failing =
  (rate: number): Arm =>
  (chance) => ({ bad: chance.event(rate) });

/** Never fails; peaks around 3.8 MiB, as skewed as they were measured, and greater by so many bytes. */
export const peaks =
  (more: number): Arm =>
  (chance) => ({
    bad: false,
    peak: Math.round((3.5 + 0.3 * Math.exp(0.6 * chance.normal())) * 1024 ** 2 + more),
  });

/** Never fails; times around a second that vary by 15%, and longer by such a share. */
export const times =
  (more: number): Arm =>
  (chance) => ({ bad: false, ms: 1000 * Math.exp(0.15 * chance.normal()) * (1 + more) });
