/** What a method may do with a made-up history, and what it costs. */
import type { Range } from '../../scripts/bisect/range.ts';
import type { World } from './history.ts';

/** Seconds, as measured under QEMU's emulation on two cores: a build with a warm cache, a machine, a start of runc. */
export const COSTS = { build: 6, start: 4, sample: 2 };

export interface Lab {
  readonly range: Range;
  readonly oldest: string;
  readonly builds: number;
  readonly samples: number;
  readonly seconds: number;
  /** Bad ones of so many samples; `skip` when the revision can't be tested. `upTo` the first bad one, if wanted. */
  test(revision: string, samples: number, upTo?: 'first-bad'): number | 'skip';
  /** For methods that are told the rates. */
  readonly rates: { readonly old: number; readonly recent: number };
}

export interface Answer {
  /** What the method names; empty when it gives up. */
  readonly candidates: readonly string[];
  /** How sure it says it is; undefined when it doesn't. */
  readonly claimed?: number | undefined;
}

export type Method = (lab: Lab) => Answer;

/** How sure a method that knows how sure it is must be before it stops. */
export const CONFIDENCE = 0.95;

/** Samples after which a method that doesn't come to an end is stopped. */
export const MOST_SAMPLES = 5000;

export function labOf(world: World): Lab {
  const built = new Set<string>();
  let warm: string | undefined;
  const lab = {
    range: world.range,
    oldest: world.oldest,
    builds: 0,
    samples: 0,
    seconds: 0,
    rates: { old: world.setting.old, recent: world.setting.recent },
    test(revision: string, samples: number, upTo?: 'first-bad'): number | 'skip' {
      if (!built.has(revision)) {
        built.add(revision);
        lab.builds++;
        lab.seconds += COSTS.build;
      }
      if (world.skipped.has(revision)) return 'skip';
      if (warm !== revision) lab.seconds += COSTS.start;
      warm = revision;
      let bad = 0;
      for (let count = 0; count < samples; count++) {
        lab.samples++;
        lab.seconds += COSTS.sample;
        if (world.sample(revision)) bad++;
        if (bad > 0 && upTo === 'first-bad') break;
      }
      return bad;
    },
  };
  return lab;
}
