/** In which order both arms are sampled, and when it is looked at what came out. Pure. */
import { type Draw, shuffled } from '../lib/random.ts';
import type { Turn } from '../runner/turns.ts';
import type { Arms } from './types.ts';

/**
 * Round by round, every case once in both arms, one right after the other; which arm is first is drawn for every pair
 * anew, so that neither gains by a host that slows down or a machine that warms up.
 */
export function turnsOf(arms: Arms, cases: readonly string[], rounds: number, draw: Draw): Turn[] {
  return Array.from({ length: rounds }, (_, round) =>
    cases.flatMap((id) =>
      shuffled([arms.baseline.id, arms.candidate.id], draw).map((cell) => ({
        cell,
        sample: `${id}#${round + 1}`,
      })),
    ),
  ).flat();
}

/** Rounds of the first look: fewer can't settle anything by ranks. */
const FIRST = 6;

/** After how many rounds it is looked: twice as many every time, and at the end of the budget. */
export function looksOf(rounds: number): number[] {
  const looks: number[] = [];
  for (let at = FIRST; at < rounds; at *= 2) looks.push(at);
  return [...looks, rounds];
}
