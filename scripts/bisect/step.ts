/**
 * What to do next: of which revision to take how many samples, so that each second tells the most.
 *
 * The information of n samples of a revision is the mutual information between the count of hits and the
 * culprit, in bits: each candidate, were it the culprit, gives the revision an expected rate, and candidates
 * that give it (about) the same can't be told apart by it. So an endpoint is worth sampling again, too, as long as the
 * candidates disagree about the rates themselves. Greedy: one step is looked ahead.
 */
import type { Belief } from './belief.ts';
import { hasBit } from './bits.ts';
import type { Range } from './range.ts';

/** Seconds. */
export interface Costs {
  /** Building a revision that isn't built. */
  readonly build: number;
  /** Until the first sample: a machine, the layers, the suite's preparation. */
  readonly start: number;
  readonly sample: number;
}

export interface Situation {
  /** Revisions whose build is there. */
  readonly built: ReadonlySet<string>;
  /** The revision for which a machine is up, so that a sample of it costs no start. */
  readonly warm?: string | undefined;
  /** Revisions that can't be tested: they don't build, or don't boot. */
  readonly skipped: ReadonlySet<string>;
  /** Revisions with the binary of another one, whose samples are theirs, too. */
  readonly twins?: ReadonlySet<string> | undefined;
  /** Revisions outside the range that may be sampled, such as the old endpoint. */
  readonly anchors?: readonly string[] | undefined;
}

export interface Step {
  readonly revision: string;
  readonly samples: number;
  /** Expected, in bits. */
  readonly information: number;
  /** Expected. */
  readonly seconds: number;
}

/** Numbers of samples that are weighed against each other. */
const BATCHES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48];
/** Bits below which a step is worth nothing. */
const NOTHING = 1e-6;
/** Rates are told apart in steps of π / 128 of arcsin √rate: 0, 0.0006, 0.002, …, 0.5, 0.52, … */
const BINS = 64;

/** Probability of a rate below which it isn't reckoned with. */
const NEGLIGIBLE = 1e-5;

/** Undefined when nothing helps. */
export function chooseStep(
  range: Range,
  belief: Belief,
  situation: Situation,
  costs: Costs,
): Step | undefined {
  let best: Step | undefined;
  const speedOf = (step: Step) => step.information / step.seconds;
  for (const option of optionsOf(range, belief, situation, costs)) {
    // Options are sorted by the most that they can tell in a second.
    if (best !== undefined && option.bound <= speedOf(best)) break;
    for (const samples of BATCHES) {
      if (best !== undefined && boundOf(option, samples, costs) <= speedOf(best)) continue;
      const information = option.testable * informationOf(option.outlooks, samples);
      const seconds = option.fixed + samples * costs.sample;
      const step = { revision: option.revision, samples, information, seconds };
      if (information > NOTHING && (best === undefined || speedOf(step) > speedOf(best))) best = step;
    }
  }
  return best;
}

/** A rate of hits that a revision may have, and how probable that is. */
export interface Outlook {
  readonly weight: number;
  readonly rate: number;
}

interface Option {
  readonly revision: string;
  readonly outlooks: readonly Outlook[];
  /** Seconds before the first sample. */
  readonly fixed: number;
  /** Probability that it can be tested at all. */
  readonly testable: number;
  /** Bits in all, and in one sample: so many samples tell no more than either. */
  readonly most: number;
  readonly each: number;
  /** Bits a second that can't be exceeded. */
  readonly bound: number;
}

function optionsOf(
  range: Range,
  belief: Belief,
  { built, warm, skipped, twins, anchors = [] }: Situation,
  costs: Costs,
): Option[] {
  const skips = [...skipped].flatMap((id) => range.indexOf(id) ?? []);
  const outlooks = outlooksBy(range, belief);
  return [...anchors, ...range.candidates]
    .filter((revision) => !skipped.has(revision) && !twins?.has(revision))
    .map((revision): Option => {
      const ofIt = outlooks(revision);
      const fixed = (built.has(revision) ? 0 : costs.build) + (warm === revision ? 0 : costs.start);
      const at = range.indexOf(revision);
      const testable = built.has(revision) || at === undefined ? 1 : chanceOf(at, skips);
      const most = testable * entropyOf(ofIt);
      const each = testable * informationOf(ofIt, 1);
      const option = { revision, outlooks: ofIt, fixed, testable, most, each, bound: 0 };
      return { ...option, bound: each > 0 ? boundOf(option, Math.max(1, most / each), costs) : 0 };
    })
    .sort((one, other) => other.bound - one.bound);
}

/** Bits a second that so many samples can't exceed: independent samples tell no more than the sum of them. */
function boundOf({ most, each, fixed }: Option, samples: number, costs: Costs): number {
  return Math.min(most, samples * each) / (fixed + samples * costs.sample);
}

/** The rates that a revision may have, those that are about the same in one. */
function outlooksBy(
  range: Range,
  { posterior, oldRates, newRates }: Belief,
): (revision: string) => Outlook[] {
  const binOf = (rate: number) =>
    Math.min(BINS - 1, Math.floor((Math.asin(Math.sqrt(rate)) * 2 * BINS) / Math.PI));
  const [oldBins, newBins] = [Uint8Array.from(oldRates, binOf), Uint8Array.from(newRates, binOf)];
  return (revision) => {
    const reach = range.reach(revision);
    const [weights, rates] = [new Float64Array(BINS), new Float64Array(BINS)];
    for (let index = 0; index < posterior.length; index++) {
      const recent = hasBit(reach, index);
      const bin = (recent ? newBins : oldBins)[index] ?? 0;
      const weight = posterior[index] ?? 0;
      weights[bin] = (weights[bin] ?? 0) + weight;
      rates[bin] = (rates[bin] ?? 0) + weight * ((recent ? newRates : oldRates)[index] ?? 0);
    }
    const outlooks: Outlook[] = [];
    for (const [bin, weight] of weights.entries()) {
      if (weight > NEGLIGIBLE) outlooks.push({ weight, rate: (rates[bin] ?? 0) / weight });
    }
    return outlooks;
  };
}

/**
 * The chance that a revision can be tested, with others nearby that couldn't: breakage lasts for a while. Beside
 * one it is 1/2, at a distance of d commits 1 - 1 / (d + 1).
 */
function chanceOf(index: number, skips: readonly number[]): number {
  return skips.reduce((chance, skip) => chance * (1 - 1 / (Math.abs(index - skip) + 1)), 1);
}

/** Bits that the count of hits in so many samples tells of which outlook is the true one. */
export function informationOf(outlooks: readonly Outlook[], samples: number): number {
  const mixed = new Float64Array(samples + 1);
  const counts = outlooks.map(({ weight, rate }) => {
    const chances = binomial(samples, rate);
    for (let hits = 0; hits <= samples; hits++)
      mixed[hits] = (mixed[hits] ?? 0) + weight * (chances[hits] ?? 0);
    return { weight, chances };
  });
  let bits = 0;
  for (const { weight, chances } of counts) {
    for (let hits = 0; hits <= samples; hits++) {
      const chance = chances[hits] ?? 0;
      if (chance > 0) bits += weight * chance * Math.log2(chance / (mixed[hits] ?? 1));
    }
  }
  return Math.max(0, bits);
}

/** Probabilities of 0…n hits, for a rate in 0…1 exclusive; by recurrence from the likeliest, so that it doesn't underflow. */
function binomial(n: number, rate: number): Float64Array {
  const weights = new Float64Array(n + 1);
  const mode = Math.min(n, Math.floor((n + 1) * rate));
  const odds = rate / (1 - rate);
  weights[mode] = 1;
  for (let k = mode; k < n; k++) weights[k + 1] = ((weights[k] ?? 0) * odds * (n - k)) / (k + 1);
  for (let k = mode; k > 0; k--) weights[k - 1] = ((weights[k] ?? 0) * k) / (odds * (n - k + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function entropyOf(outlooks: readonly Outlook[]): number {
  return outlooks.reduce((bits, { weight }) => bits - weight * Math.log2(weight), 0);
}
