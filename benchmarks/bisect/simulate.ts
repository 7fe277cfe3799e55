/** Every method on every setting. */
import { type Setting, worldOf } from './history.ts';
import { labOf } from './lab.ts';
import { METHODS } from './methods.ts';

export const RATES: readonly (readonly [old: number, recent: number])[] = [
  [0.05, 0.3],
  [0, 0.3],
  [0.05, 0.5],
  [0, 0.5],
  [0.1, 0.9],
  [0, 1],
];

export const SHAPES: Readonly<Record<string, Pick<Setting, 'commits' | 'merges' | 'skips'>>> = {
  linear: { commits: 100, merges: 0, skips: 0 },
  merges: { commits: 100, merges: 0.15, skips: 0 },
  'merges, 10% skips': { commits: 100, merges: 0.15, skips: 0.1 },
};

export interface Result {
  readonly method: string;
  readonly shape: string;
  readonly old: number;
  readonly recent: number;
  readonly histories: number;
  /** Histories in which the culprit was among those that were named. */
  readonly right: number;
  /** Histories in which the method gave up. */
  readonly none: number;
  /** Mean confidence of those that said how sure they are. */
  readonly claimed: number | undefined;
  /** Means over all histories. */
  readonly builds: number;
  readonly samples: number;
  readonly minutes: number;
}

export function simulate(histories: number, told: (line: string) => void): Result[] {
  const results: Result[] = [];
  for (const [shape, form] of Object.entries(SHAPES)) {
    for (const [old, recent] of RATES) {
      const setting: Setting = { name: shape, old, recent, ...form };
      for (const method of Object.keys(METHODS)) results.push(measure(method, shape, setting, histories));
      told(
        `${shape}, ${100 * old}% to ${100 * recent}%: ${results.at(-Object.keys(METHODS).length)?.right} of ${histories}`,
      );
    }
  }
  return results;
}

function measure(method: string, shape: string, setting: Setting, histories: number): Result {
  let [right, none, claims, claimed, builds, samples, seconds] = [0, 0, 0, 0, 0, 0, 0];
  for (let seed = 1; seed <= histories; seed++) {
    // Every method gets the same histories.
    const world = worldOf(setting, seed * 7919);
    const lab = labOf(world);
    const answer = METHODS[method]?.(lab);
    if (answer === undefined) throw new Error(`no method ${method}`);
    if (answer.candidates.includes(world.culprit)) right++;
    if (answer.candidates.length === 0) none++;
    if (answer.claimed !== undefined) [claims, claimed] = [claims + 1, claimed + answer.claimed];
    [builds, samples, seconds] = [builds + lab.builds, samples + lab.samples, seconds + lab.seconds];
  }
  return {
    method,
    shape,
    old: setting.old,
    recent: setting.recent,
    histories,
    right,
    none,
    claimed: claims === 0 ? undefined : claimed / claims,
    builds: builds / histories,
    samples: samples / histories,
    minutes: seconds / histories / 60,
  };
}
