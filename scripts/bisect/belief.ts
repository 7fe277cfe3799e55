/**
 * What is known of each candidate: the probability that it is the culprit, given all that was counted.
 *
 * Under the hypothesis that a certain commit is the culprit, every tested revision is on the old side or on the
 * new one. The counts of each side add up, and `rates.ts` says how probable they are. Counts at the endpoints
 * are part of both sums for every hypothesis: so they calibrate the rates by themselves.
 */
import { hasBit } from './bits.ts';
import type { Range } from './range.ts';
import { type Marginal, marginal, type Tally } from './rates.ts';

/** What was found out about one revision. */
export interface Observation {
  readonly revision: string;
  /** `hits` are samples with the new behaviour: bad ones, or good ones when a fix is looked for. */
  readonly tally: Tally;
  /** Digest of what was built; two revisions with the same one behave the same. */
  readonly digest?: string | undefined;
}

export interface Belief {
  /** By candidate: the probability that it is the culprit. They add up to 1. */
  readonly posterior: Float64Array;
  /** By candidate: the expected rates of hits on either side, were it the culprit. */
  readonly oldRates: Float64Array;
  readonly newRates: Float64Array;
}

/**
 * The prior is the same for every candidate. With no candidates, all three are empty. Where equal binaries leave
 * none that is possible, every probability is 0.
 */
export function believe(range: Range, observations: readonly Observation[]): Belief {
  const size = range.candidates.length;
  const seen = observations.map(({ revision, tally, digest }) => ({
    reach: range.reach(revision),
    tally,
    digest,
  }));
  const twins = pairsOf(seen);
  const marginals = new Map<string, Marginal>();
  const logs = new Float64Array(size);
  const [oldRates, newRates] = [new Float64Array(size), new Float64Array(size)];
  for (let index = 0; index < size; index++) {
    const [old, recent] = [
      { hits: 0, misses: 0 },
      { hits: 0, misses: 0 },
    ];
    for (const { reach, tally } of seen) {
      const side = hasBit(reach, index) ? recent : old;
      side.hits += tally.hits;
      side.misses += tally.misses;
    }
    const key = `${old.hits},${old.misses},${recent.hits},${recent.misses}`;
    const found = marginals.get(key) ?? marginal(old, recent);
    marginals.set(key, found);
    // What is between two equal binaries changed nothing, so it can't be the culprit.
    const split = twins.some(([one, other]) => hasBit(one.reach, index) !== hasBit(other.reach, index));
    logs[index] = split ? Number.NEGATIVE_INFINITY : found.logEvidence;
    oldRates[index] = found.oldRate;
    newRates[index] = found.newRate;
  }
  return { posterior: normalise(logs), oldRates, newRates };
}

/** The probability that a revision shows the new behaviour. */
export function probabilityOfNew(range: Range, belief: Belief, revision: string): number {
  const reach = range.reach(revision);
  return belief.posterior.reduce((sum, weight, index) => sum + (hasBit(reach, index) ? weight : 0), 0);
}

/** The candidate that is most probably the culprit; the newer one of two that are equal. -1 when there is none. */
export function likeliest({ posterior }: Belief): number {
  return posterior.reduce((best, weight, index) => (weight > (posterior[best] ?? -1) ? index : best), -1);
}

/** Neighbours in each set of observations with one digest. */
function pairsOf<T extends { readonly digest?: string | undefined }>(seen: readonly T[]): [T, T][] {
  const last = new Map<string, T>();
  return seen.flatMap((one): [T, T][] => {
    if (one.digest === undefined) return [];
    const before = last.get(one.digest);
    last.set(one.digest, one);
    return before === undefined ? [] : [[before, one]];
  });
}

function normalise(logs: Float64Array): Float64Array {
  if (logs.length === 0) return logs;
  const largest = logs.reduce((most, log) => Math.max(most, log), Number.NEGATIVE_INFINITY);
  if (largest === Number.NEGATIVE_INFINITY) return new Float64Array(logs.length);
  const weights = logs.map((log) => Math.exp(log - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
