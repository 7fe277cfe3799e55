/** Made-up histories with a known culprit: what the methods are measured on. */
import { hasBit } from '../../scripts/bisect/bits.ts';
import { type ListedCommit, makeRange, type Range } from '../../scripts/bisect/range.ts';
import { seeded } from '../../scripts/lib/random.ts';

export interface Setting {
  readonly name: string;
  /** Probability of a bad sample before the culprit, and from it on. */
  readonly old: number;
  readonly recent: number;
  readonly commits: number;
  /** Share of commits that are merges of a side branch. */
  readonly merges: number;
  /** Share of commits that can't be tested, in runs of three on average. */
  readonly skips: number;
}

export interface World {
  readonly setting: Setting;
  readonly range: Range;
  readonly oldest: string;
  readonly culprit: string;
  readonly skipped: ReadonlySet<string>;
  /** Whether one sample of a revision is bad. */
  sample(revision: string): boolean;
}

/** A number in 0…1 is drawn as one of so many. */
const STEPS = 2 ** 31;

/** Numbers from 0 up to, and without, 1; the same ones for the same seed. */
export function randomOf(seed: number): () => number {
  const draw = seeded(seed);
  return () => draw(STEPS) / STEPS;
}

export function worldOf(setting: Setting, seed: number): World {
  const random = randomOf(seed);
  const listing = graphOf(setting, random);
  const newest = listing[0]?.id ?? '';
  const range = makeRange({ newest, listing });
  const culprit = Math.floor(random() * listing.length);
  const skipped = skipsOf(setting, range, random);
  const rateOf = (revision: string) =>
    hasBit(range.reach(revision), culprit) ? setting.recent : setting.old;
  return {
    setting,
    range,
    oldest: 'oldest',
    culprit: range.candidates[culprit] ?? '',
    skipped,
    sample: (revision) => random() < rateOf(revision),
  };
}

/** Oldest first while it grows, newest first in the answer. A side branch has one to eight commits. */
function graphOf({ commits, merges }: Setting, random: () => number): ListedCommit[] {
  const grown: { id: string; parents: string[] }[] = [];
  const main: string[] = ['oldest'];
  const commit = (...parents: string[]) => {
    const id = `c${grown.length}`;
    grown.push({ id, parents });
    return id;
  };
  while (grown.length < commits) {
    const tip = main.at(-1) ?? 'oldest';
    if (grown.length + 3 > commits || random() >= merges) {
      main.push(commit(tip));
      continue;
    }
    // Begins up to five commits back, and comes in by a merge.
    let side = main.at(-1 - Math.floor(random() * Math.min(6, main.length))) ?? tip;
    const length = Math.min(1 + Math.floor(random() * 8), commits - grown.length - 1);
    for (let count = 0; count < length; count++) side = commit(side);
    main.push(commit(tip, side));
  }
  return grown.reverse();
}

function skipsOf({ skips }: Setting, range: Range, random: () => number): Set<string> {
  const skipped = new Set<string>();
  // A run of mean length 3, begun often enough that the share comes out.
  let inside = false;
  for (const id of range.candidates) {
    inside = inside ? random() < 2 / 3 : random() < skips / (3 * (1 - skips));
    if (inside && id !== range.newest) skipped.add(id);
  }
  return skipped;
}
