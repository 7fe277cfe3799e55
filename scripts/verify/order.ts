/** In which order both arms are sampled, and when it is looked at what came out. Pure. */
import type { Draw } from '../lib/random.ts';
import { drawTurns, type Turn } from '../runner/turns.ts';
import { type CompareOptions, compare, overall, type Sampled } from './compare.ts';
import type { Arms } from './types.ts';

/** Both arms, one right after the other; which of a pair is first is drawn. */
export function turnsOf(arms: Arms, cases: readonly string[], rounds: number, draw: Draw): Turn[] {
  return drawTurns([arms.baseline.id, arms.candidate.id], cases, rounds, draw);
}

/** Rounds of the first look: fewer can't settle anything by ranks. */
const FIRST = 6;

/** After how many rounds it is looked: twice as many every time, and at the end of the budget. */
export function looksOf(rounds: number): number[] {
  const looks: number[] = [];
  for (let at = FIRST; at < rounds; at *= 2) looks.push(at);
  return [...looks, rounds];
}

/** At a look, with as many samples of both arms: whether something regressed, or everything is settled. */
export function isAnswered(
  sampled: Sampled,
  cases: number,
  looks: readonly number[],
  options: CompareOptions,
): boolean {
  const { baseline, candidate } = sampled;
  if (baseline.length !== candidate.length || !looks.includes(baseline.length / cases)) return false;
  return overall(compare([sampled], options).map(({ answer }) => answer)) !== 'inconclusive';
}
