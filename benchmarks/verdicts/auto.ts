/** What `samples: auto` says at each true rate, and after how many samples: summed over all paths, by its own rule. */
import { DEFAULTS } from '../../scripts/scenario/plan.ts';
import type { Sampling } from '../../scripts/scenario/types.ts';
import { judgeCell } from '../../scripts/verdict/judge.ts';
import { isSettled } from '../../scripts/verdict/settle.ts';
import { type Seen, SYMPTOM, sampleOf } from './samples.ts';

export interface Auto {
  readonly rate: number;
  /** Chances. */
  readonly good: number;
  readonly bad: number;
  readonly inconclusive: number;
  readonly mean: number;
  /** Samples that suffice in nine runs of ten. */
  readonly most: number;
}

/** With one case: a path is the samples so far, and paths that the rule can't tell apart are one. */
export function auto(rate: number, sampling: Sampling, maxSamples = DEFAULTS.maxSamples): Auto {
  const chances = { good: 0, bad: 0, skip: 0 };
  const ends = new Map<number, number>();
  // The rule tells a path by its length and by whether anything was bad; one of each stands for all of them.
  let paths: { readonly seen: readonly Seen[]; readonly chance: number }[] = [{ seen: [], chance: 1 }];
  for (let n = 1; paths.length > 0; n++) {
    const next = new Map<boolean, { seen: readonly Seen[]; chance: number }>();
    for (const { seen, chance } of paths) {
      for (const [bad, share] of [
        [false, 1 - rate],
        [true, rate],
      ] as const) {
        if (share === 0) continue;
        const longer = [...seen, { bad }];
        const any = longer.some((one) => one.bad);
        next.set(any, { seen: longer, chance: (next.get(any)?.chance ?? 0) + chance * share });
      }
    }
    paths = [];
    for (const path of next.values()) {
      const judged = path.seen.map(({ bad }) => ({ case: 'case', judged: bad ? 'bad' : 'good' }) as const);
      if (n < maxSamples && !isSettled(judged, ['case'], sampling)) {
        paths.push(path);
        continue;
      }
      const samples = path.seen.map((one, at) => sampleOf(at + 1, one));
      chances[judgeCell(SYMPTOM, samples, { sampling }).kind] += path.chance;
      ends.set(n, (ends.get(n) ?? 0) + path.chance);
    }
  }
  return {
    rate,
    good: chances.good,
    bad: chances.bad,
    inconclusive: chances.skip,
    mean: meanOf(ends),
    most: quantileOf(ends, 0.9),
  };
}

function meanOf(ends: ReadonlyMap<number, number>): number {
  return [...ends].reduce((sum, [n, chance]) => sum + n * chance, 0);
}

function quantileOf(ends: ReadonlyMap<number, number>, share: number): number {
  let sum = 0;
  for (const [n, chance] of [...ends].sort(([a], [b]) => a - b)) {
    sum += chance;
    if (sum >= share - 1e-12) return n;
  }
  return Number.NaN;
}
