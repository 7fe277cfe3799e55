/** About how long it will take still. Pure. */
import type { Belief } from './belief.ts';
import type { Progress } from './driver.ts';
import type { Costs } from './step.ts';

/** Samples of a commit that a search takes, as a rule of thumb before it has begun. */
const USUAL_SAMPLES = 6;

/**
 * Seconds: the bits that are wanting, at the rate at which the next step is expected to bring them. Undefined at the
 * end.
 */
export function secondsLeft(
  action: Progress,
  { posterior }: Belief,
  confidence: number,
  costs: Costs,
): number | undefined {
  if (action.kind !== 'sample') return undefined;
  const { information, seconds } = action.step;
  const rest = entropy([confidence, 1 - confidence]);
  if (information > 0) return Math.max(1, (entropy(posterior) - rest) / information) * seconds;
  const step = costs.build + costs.start + USUAL_SAMPLES * costs.sample;
  return seconds + Math.ceil(Math.log2(posterior.length + 1)) * step;
}

function entropy(weights: Iterable<number>): number {
  let bits = 0;
  for (const weight of weights) if (weight > 0) bits -= weight * Math.log2(weight);
  return bits;
}
