/**
 * The whole strategy, as a function from what is known to what to do next: endpoints first, then merge bases,
 * then the search, until the belief is as sure as was asked for. Pure: whoever carries it out takes the samples.
 */
import { type Belief, believe, likeliest, type Observation } from './belief.ts';
import { inseparable, type Range } from './range.ts';
import { marginal, surenessOfRise, type Tally } from './rates.ts';
import { type Costs, chooseStep, type Situation, type Step } from './step.ts';

export interface Question {
  readonly range: Range;
  /** The revision with the old behaviour whose rate is measured. */
  readonly oldest: string;
  /** Merge bases of the two, when the old revision is no ancestor of the new one; they must be old as well. */
  readonly mergeBases: readonly string[];
  /** 0.95: stop when a candidate is this probable. */
  readonly confidence: number;
  readonly limits: Limits;
}

export interface Limits {
  /** Samples of each endpoint that are taken in any case. */
  readonly endpoint: number;
  /** Samples of an endpoint (or merge base) after which it is given up. */
  readonly endpointMost: number;
  /** Samples in all. */
  readonly samples: number;
}

export const DEFAULT_LIMITS: Limits = { endpoint: 4, endpointMost: 160, samples: 5000 };

/** How sure it must be that the rates of the endpoints differ, before the search begins. */
const ENDPOINT_SURENESS = 0.995;

export interface Known extends Situation {
  /** At most one for a revision. Samples that were neither good nor bad are not in it. */
  readonly observations: readonly Observation[];
}

export type Action =
  | {
      readonly kind: 'sample';
      readonly purpose: 'old' | 'new' | 'merge-base' | 'search';
      readonly step: Step;
    }
  | {
      readonly kind: 'found';
      readonly belief: Belief;
      readonly candidates: readonly string[];
      readonly confidence: number;
    }
  | { readonly kind: 'stuck'; readonly why: Stuck; readonly belief?: Belief | undefined };

/**
 * `empty`: there is no candidate. `endpoint-skipped`: `revision` can't be tested. `endpoints-alike`: their rates
 * can't be told apart. `reversed`: the old one has the higher rate. `merge-base-new`: the behaviour is older than
 * the branches; what changed is a fix on the side of the old revision. `out-of-samples`: the limit is reached.
 * `indistinct`: no revision that can be tested tells more. `same-binary`: both endpoints are built to the same.
 * `contradiction`: equal binaries leave no candidate; the behaviour changed more than once.
 */
export type Stuck =
  | {
      readonly reason:
        | 'empty'
        | 'endpoints-alike'
        | 'reversed'
        | 'out-of-samples'
        | 'indistinct'
        | 'same-binary'
        | 'contradiction';
    }
  | {
      readonly reason: 'endpoint-skipped' | 'merge-base-new' | 'merge-base-unclear';
      readonly revision: string;
    };

const NONE: Tally = { hits: 0, misses: 0 };

export function decide(question: Question, known: Known, costs: Costs): Action {
  const { range, confidence, limits } = question;
  if (range.candidates.length === 0) return stuck({ reason: 'empty' });
  const first = checkEndpoints(question, known, costs) ?? checkMergeBases(question, known, costs);
  if (first !== undefined) return first;

  const belief = believe(range, known.observations);
  if (likeliestIsImpossible(belief)) return stuck({ reason: 'contradiction' });
  const found = suspects(range, belief, known.skipped);
  if (found.confidence >= confidence) return { kind: 'found', belief, ...found };
  const taken = known.observations.reduce((sum, { tally }) => sum + countOf(tally), 0);
  if (taken >= limits.samples) return stuck({ reason: 'out-of-samples' }, belief);
  const step = chooseStep(range, belief, { ...known, anchors: [question.oldest] }, costs);
  if (step === undefined) return stuck({ reason: 'indistinct' }, belief);
  return { kind: 'sample', purpose: 'search', step };
}

/** The likeliest candidate, with those that no test can tell from it because of skips, and their probability. */
export function suspects(
  range: Range,
  belief: Belief,
  skipped: ReadonlySet<string>,
): { readonly candidates: readonly string[]; readonly confidence: number } {
  const top = likeliest(belief);
  const testable = range.candidates.filter((id) => !skipped.has(id));
  const alike = (skipped.size === 0 ? [top] : inseparable(range, top, testable)).filter(
    (index) => (belief.posterior[index] ?? 0) > 0,
  );
  return {
    candidates: alike.flatMap((index) => range.candidates[index] ?? []),
    confidence: alike.reduce((sum, index) => sum + (belief.posterior[index] ?? 0), 0),
  };
}

function likeliestIsImpossible(belief: Belief): boolean {
  return (belief.posterior[likeliest(belief)] ?? 0) === 0;
}

export function tallyOf(known: Pick<Known, 'observations'>, revision: string): Tally {
  return known.observations.find((one) => one.revision === revision)?.tally ?? NONE;
}

/** The probability, at even odds, that what was seen comes from the old side and not from the new one. */
export function oldSureness(old: Tally, recent: Tally, seen: Tally): number {
  const asOld = marginal(add(old, seen), recent).logEvidence;
  const asNew = marginal(old, add(recent, seen)).logEvidence;
  return 1 / (1 + Math.exp(asNew - asOld));
}

function checkEndpoints({ range, oldest, limits }: Question, known: Known, costs: Costs): Action | undefined {
  const [old, recent] = [tallyOf(known, oldest), tallyOf(known, range.newest)];
  for (const revision of [range.newest, oldest]) {
    if (known.skipped.has(revision)) return stuck({ reason: 'endpoint-skipped', revision });
  }
  const digest = (revision: string) => known.observations.find((one) => one.revision === revision)?.digest;
  if (digest(oldest) !== undefined && digest(oldest) === digest(range.newest))
    return stuck({ reason: 'same-binary' });
  const atNew = { purpose: 'new', revision: range.newest } as const;
  const atOld = { purpose: 'old', revision: oldest } as const;
  // The new one first: where it doesn't show the behaviour, the rest would be in vain.
  if (countOf(recent) < limits.endpoint)
    return more({ ...atNew, samples: limits.endpoint - countOf(recent) }, known, costs);
  if (countOf(old) < limits.endpoint)
    return more({ ...atOld, samples: limits.endpoint - countOf(old) }, known, costs);
  const rise = surenessOfRise(old, recent);
  if (rise >= ENDPOINT_SURENESS) return undefined;
  if (rise <= 1 - ENDPOINT_SURENESS) return stuck({ reason: 'reversed' });
  if (Math.min(countOf(old), countOf(recent)) >= limits.endpointMost)
    return stuck({ reason: 'endpoints-alike' });
  // Doubles both, the smaller one first.
  return countOf(old) <= countOf(recent)
    ? more({ ...atOld, samples: Math.max(countOf(old), 2 * countOf(recent) - countOf(old)) }, known, costs)
    : more({ ...atNew, samples: countOf(old) - countOf(recent) }, known, costs);
}

function checkMergeBases(question: Question, known: Known, costs: Costs): Action | undefined {
  const { range, oldest, mergeBases, confidence, limits } = question;
  const [old, recent] = [tallyOf(known, oldest), tallyOf(known, range.newest)];
  for (const revision of mergeBases) {
    // As git does: what can't be tested is taken for old.
    if (revision === oldest || known.skipped.has(revision)) continue;
    const tally = tallyOf(known, revision);
    const asOld = oldSureness(old, recent, tally);
    if (asOld >= confidence) continue;
    if (asOld <= 1 - confidence) return stuck({ reason: 'merge-base-new', revision });
    const taken = countOf(tally);
    if (taken >= limits.endpointMost) return stuck({ reason: 'merge-base-unclear', revision });
    return more({ purpose: 'merge-base', revision, samples: Math.max(2, taken) }, known, costs);
  }
  return undefined;
}

interface Wanted {
  readonly purpose: 'old' | 'new' | 'merge-base';
  readonly revision: string;
  readonly samples: number;
}

function more({ purpose, revision, samples }: Wanted, { built, warm }: Known, costs: Costs): Action {
  const fixed = (built.has(revision) ? 0 : costs.build) + (warm === revision ? 0 : costs.start);
  const step = { revision, samples, information: 0, seconds: fixed + samples * costs.sample };
  return { kind: 'sample', purpose, step };
}

function stuck(why: Stuck, belief?: Belief): Action {
  return { kind: 'stuck', why, belief };
}

function countOf({ hits, misses }: Tally): number {
  return hits + misses;
}

function add(one: Tally, other: Tally): Tally {
  return { hits: one.hits + other.hits, misses: one.misses + other.misses };
}
