/** Chance that can be repeated. */

import { seeded } from '../../scripts/lib/random.ts';
import { normalQuantile } from '../../scripts/verdict/distributions.ts';

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
  return { event: (rate) => uniform() < rate, normal: () => normalQuantile(uniform()) };
}
