/**
 * The smallest memory limit at which something starts reliably, by a binary search whose answers are noisy: a limit
 * that is too small fails now and then (the problem of Burnashev and Zigangirov, 1974). Pure.
 *
 * 1. Binary search over the grid, some samples a limit: a failure, any, means too small. This only finds where to look.
 * 2. Certify: n samples without a failure at the candidate, none of them taken before. If the rate at a limit is `rate`
 *    or more, that happens with a chance of (1 - rate)^n at most. The j-th attempt may err with α/2^j, so all attempts
 *    together, however many there are and whatever chose their limits, err with α at most (union bound).
 *    A failure moves the candidate up, by 1, 2, 4 … steps; from a certified limit the search halves the way down again.
 * 3. From below: where every sample of a limit failed in step 1, or in a second binary search below the floor, the rate
 *    is above `rate`. Their number is fixed beforehand, so that this is the exact binomial test, corrected for all
 *    limits that both searches can visit (Bonferroni).
 *
 * Both ends share the error: α = (1 - confidence) / 2 each. Neither needs the rate to fall with the limit;
 * that what lies above the floor is reliable, too, does.
 */

/** Limits are bytes. */
export interface SearchOptions {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** A limit is reliable where fewer starts than this share fail, in 0..1. */
  readonly rate: number;
  /** That both ends of the interval are right, in 0..1. */
  readonly confidence: number;
  /** Samples at most. */
  readonly budget: number;
}

export interface Trial {
  readonly limit: number;
  readonly failed: boolean;
}

/** What is known of a floor; limits in bytes, undefined where there is none yet. */
export interface Known {
  /** The smallest limit that is shown to be reliable: the floor. */
  readonly certified: number | undefined;
  /** The largest limit that is shown to be unreliable: the floor is above it. */
  readonly unreliable: number | undefined;
  /** The largest limit at which a failure was seen. */
  readonly failedAt: number | undefined;
  /** Why the search ended before it had to. */
  readonly why: string | undefined;
}

/** The next limit to try, or what came out. */
export type Step =
  | { readonly next: number; readonly known: Known }
  | { readonly next: undefined; readonly known: Known };

/** Samples a limit, in the binary search, at least. */
const PROBES = 3;

/** `trials` are those that this search asked for, in their order. */
export function search(trials: readonly Trial[], options: SearchOptions): Step {
  const found: Ends = { certified: undefined, unreliable: undefined };
  const run = strategy(options, found);
  let step = run.next();
  for (const { failed } of trials) step = run.next(failed);
  const failures = trials.filter(({ failed }) => failed).map(({ limit }) => limit);
  const why = step.done ? step.value : undefined;
  const ended = step.done ? why : trials.length < options.budget ? undefined : 'the samples ended';
  const known: Known = {
    ...found,
    failedAt: failures.length === 0 ? undefined : Math.max(...failures),
    why: ended,
  };
  return step.done || ended !== undefined ? { next: undefined, known } : { next: step.value, known };
}

/** Clean samples in a row that certify a limit, in the attempt `nth`, counted from 1. */
export function certifying(nth: number, { rate, confidence }: SearchOptions): number {
  const alpha = (1 - confidence) / 2 / 2 ** nth;
  return Math.ceil(Math.log(alpha) / Math.log(1 - rate));
}

/** Samples that a binary search takes at a limit: if all fail, the rate is above `rate` there. */
export function probing({ rate, confidence, ...grid }: SearchOptions): number {
  const visited = 2 * Math.ceil(Math.log2(sizeOf(grid) + 1));
  const alpha = (1 - confidence) / 2 / visited;
  return Math.max(PROBES, Math.ceil(Math.log(alpha) / Math.log(rate)));
}

/** Limits from `from` to `to`, both included, as far as whole steps lead. */
export const sizeOf = ({ from, to, step }: Pick<SearchOptions, 'from' | 'to' | 'step'>): number =>
  Math.floor((to - from) / step) + 1;

interface Ends {
  certified: number | undefined;
  unreliable: number | undefined;
}

/** Yields limits and is told whether they failed; `found` is what is shown so far. Returns why it can't go on. */
function* strategy(options: SearchOptions, found: Ends): Generator<number, string | undefined, boolean> {
  const { from, step } = options;
  const at = (index: number) => from + index * step;
  const size = sizeOf(options);
  const probes = probing(options);
  // Indices of the grid; those outside stand for none.
  let unreliable = -1;
  function* probe(index: number): Generator<number, 'all' | 'some' | 'none', boolean> {
    const failed = yield* failuresAt(at(index), probes);
    if (failed !== 'all') return failed;
    unreliable = Math.max(unreliable, index);
    found.unreliable = at(unreliable);
    return failed;
  }

  let [low, high] = [-1, size];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((yield* probe(middle)) === 'none') high = middle;
    else low = middle;
  }

  let [candidate, stride, attempt] = [high, 1, 0];
  high = size;
  while (candidate < size && high - low > 1) {
    if (yield* isClean(at(candidate), certifying(++attempt, options))) {
      high = candidate;
      found.certified = at(candidate);
    } else {
      low = candidate;
    }
    if (high < size) {
      candidate = (low + high) >> 1;
    } else {
      candidate = Math.min(candidate + stride, size - 1);
      stride *= 2;
    }
  }
  if (found.certified === undefined) return 'it fails at the largest limit, too';

  let upper = low;
  while (upper - unreliable > 1) {
    const middle = (unreliable + upper) >> 1;
    if ((yield* probe(middle)) !== 'all') upper = middle;
  }
  return undefined;
}

/** Ends as soon as it is neither all nor none. */
function* failuresAt(limit: number, samples: number): Generator<number, 'all' | 'some' | 'none', boolean> {
  let failed = 0;
  for (let taken = 1; taken <= samples; taken++) {
    if (yield limit) failed++;
    if (failed > 0 && failed < taken) return 'some';
  }
  return failed === 0 ? 'none' : 'all';
}

function* isClean(limit: number, samples: number): Generator<number, boolean, boolean> {
  for (let taken = 0; taken < samples; taken++) if (yield limit) return false;
  return true;
}
