/** How often each interval holds the true rate: summed over everything that can be seen, nothing is drawn. */
import type { Interval } from '../../scripts/model/verdict.ts';
import { binomials } from '../../scripts/verdict/maximise.ts';
import { rateDifference } from '../../scripts/verdict/rate-difference.ts';
import { confidenceSequence } from '../../scripts/verdict/sequence.ts';
import { clopperPearson } from '../../scripts/verdict/statistics.ts';

/** The true rates. */
export const RATES = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Samples to which a sequence is followed. */
export const LONGEST = 500;

export interface Coverage {
  readonly rate: number;
  readonly n: number;
  /** The chance that the interval misses the rate. */
  readonly missed: number;
}

const holds = ({ low, high }: Interval, rate: number): boolean => rate >= low && rate <= high;

/** The exact interval, with a number of samples that was fixed. */
export function fixed(sizes: readonly number[], rates: readonly number[]): Coverage[] {
  return sizes.flatMap((n) => {
    const intervals = Array.from({ length: n + 1 }, (_, k) => clopperPearson(k, n));
    const chances = binomials(n);
    return rates.map((rate) => ({
      rate,
      n,
      missed: chances(rate).reduce((sum, chance, k) => {
        const interval = intervals[k];
        return interval === undefined || holds(interval, rate) ? sum : sum + chance;
      }, 0),
    }));
  });
}

/** Whether an interval ever misses the rate up to `LONGEST` samples, when it is looked at after each of them. */
export function everMissed(
  interval: (k: number, n: number) => Interval,
  rates: readonly number[],
): Coverage[] {
  const left = rates.map(() => new Map<number, number>([[0, 1]]));
  for (let n = 1; n <= LONGEST; n++) {
    const intervals = Array.from({ length: n + 1 }, (_, k) => interval(k, n));
    for (const [at, rate] of rates.entries()) {
      const next = new Map<number, number>();
      for (const [k, chance] of left[at] ?? []) {
        for (const [bad, share] of [
          [k, 1 - rate],
          [k + 1, rate],
        ] as const) {
          const seen = intervals[bad];
          if (share > 0 && seen !== undefined && holds(seen, rate)) {
            next.set(bad, (next.get(bad) ?? 0) + chance * share);
          }
        }
      }
      left[at] = next;
    }
  }
  return rates.map((rate, at) => ({
    rate,
    n: LONGEST,
    missed: 1 - [...(left[at]?.values() ?? [])].reduce((sum, chance) => sum + chance, 0),
  }));
}

export const sequence = (k: number, n: number): Interval => confidenceSequence(k, n);
export const peeked = (k: number, n: number): Interval => clopperPearson(k, n);

/** The worst pair of rates of a grid, for the interval of their difference: misses on either side. */
export function difference(n: number): Coverage & { readonly other: number } {
  const rows = Array.from({ length: n + 1 }, (_, x) =>
    Array.from({ length: n + 1 }, (_, y) => rateDifference({ bad: x, total: n }, { bad: y, total: n })),
  );
  const chances = binomials(n);
  let worst = { rate: 0, other: 0, n, missed: 0 };
  const steps = [...RATES, ...Array.from({ length: 51 }, (_, at) => at / 50)];
  for (const a of steps) {
    for (const b of steps) {
      const [first, second] = [chances(a), chances(b)];
      let missed = 0;
      for (const [x, row] of rows.entries()) {
        for (const [y, { low, high }] of row.entries()) {
          if (a - b < low - 1e-7 || a - b > high + 1e-7) missed += (first[x] ?? 0) * (second[y] ?? 0);
        }
      }
      if (missed > worst.missed) worst = { rate: a, other: b, n, missed };
    }
  }
  return worst;
}
