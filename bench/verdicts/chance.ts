/** Chance that can be repeated. */
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { seeded } from '../../scripts/lib/random.ts';

export interface Chance {
  /** True with this probability. */
  event(rate: number): boolean;
  /** From the normal distribution with mean 0 and deviation 1. */
  normal(): number;
}

const FINE = 2 ** 31;

export function chanceOf(seed: number): Chance {
  const draw = seeded(seed);
  const uniform = () => (draw(FINE) + 0.5) / FINE;
  return { event: (rate) => uniform() < rate, normal: () => normalQuantile(uniform(), 0, 1) };
}
