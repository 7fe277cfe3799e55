/** The methods, each on the same candidates and with the same rule for merges. */
import type { Observation } from '../../scripts/bisect/belief.ts';
import { type Bits, hasBit } from '../../scripts/bisect/bits.ts';
import { DEFAULT_LIMITS, decide, suspects } from '../../scripts/bisect/decide.ts';
import type { Range } from '../../scripts/bisect/range.ts';
import { bayesect } from './bayesect.ts';
import { type Answer, CONFIDENCE, COSTS, type Lab, type Method, MOST_SAMPLES } from './lab.ts';

export const METHODS: Readonly<Record<string, Method>> = {
  'repro bisect': ours,
  'git bisect run': (lab) => gitBisect(lab, 1),
  '10 runs a commit': (lab) => gitBisect(lab, 10),
  '20 runs a commit': (lab) => gitBisect(lab, 20),
  'noisy search, rates measured': (lab) => noisySearch(lab, measured(lab, 20)),
  'noisy search, rates told': (lab) => noisySearch(lab, lab.rates),
  git_bayesect: bayesect,
};

function ours(lab: Lab): Answer {
  const question = {
    range: lab.range,
    oldest: lab.oldest,
    mergeBases: [],
    confidence: CONFIDENCE,
    limits: { ...DEFAULT_LIMITS, samples: MOST_SAMPLES },
  };
  const seen = new Map<string, Observation>();
  const skipped = new Set<string>();
  let warm: string | undefined;
  for (;;) {
    const known = { observations: [...seen.values()], built: new Set(seen.keys()), warm, skipped };
    const action = decide(question, known, COSTS);
    if (action.kind === 'found') return { candidates: action.candidates, claimed: action.confidence };
    if (action.kind === 'stuck') return { candidates: [] };
    const { revision, samples } = action.step;
    const bad = lab.test(revision, samples);
    if (bad === 'skip') {
      skipped.add(revision);
      continue;
    }
    warm = revision;
    const { hits, misses } = seen.get(revision)?.tally ?? { hits: 0, misses: 0 };
    seen.set(revision, { revision, tally: { hits: hits + bad, misses: misses + samples - bad } });
  }
}

/**
 * git bisect's own: halve the candidates, take the answer for the truth. With several runs a commit is bad as
 * soon as one of them is, as in syzkaller's bisection (which takes 10, or 20).
 */
function gitBisect(lab: Lab, runs: number): Answer {
  const { range } = lab;
  const skipped = new Set<string>();
  let left = new Set(range.candidates.keys());
  for (;;) {
    const newest = [...left].find(
      (index) => countIn(range.reach(range.candidates[index] ?? ''), left) === left.size,
    );
    if (left.size === 1) return { candidates: namesOf(range, left) };
    let best: { index: number; halves: number } | undefined;
    for (const index of left) {
      const id = range.candidates[index] ?? '';
      if (index === newest || skipped.has(id)) continue;
      const inside = countIn(range.reach(id), left);
      const halves = Math.min(inside, left.size - inside);
      if (best === undefined || halves > best.halves) best = { index, halves };
    }
    // "There are only 'skip'ped commits left to test. The first bad commit could be any of: …"
    if (best === undefined) return { candidates: namesOf(range, left) };
    const id = range.candidates[best.index] ?? '';
    const bad = lab.test(id, runs, 'first-bad');
    if (bad === 'skip') skipped.add(id);
    else left = new Set([...left].filter((index) => hasBit(range.reach(id), index) === bad > 0));
  }
}

/** Rates as the endpoints show them, with half a sample added to either count. */
function measured(lab: Lab, samples: number): Lab['rates'] {
  const rate = (revision: string) => (Number(lab.test(revision, samples)) + 0.5) / (samples + 1);
  const [recent, old] = [rate(lab.range.newest), rate(lab.oldest)];
  return { old: Math.min(old, recent - 1e-3), recent };
}

/**
 * Noisy binary search with known error rates: one sample at the median of the posterior, then Bayes' rule
 * (M. V. Burnashev and K. Sh. Zigangirov, Problems of Information Transmission 10, 1974; R. Karp and R.
 * Kleinberg, SODA 2007; applied to flaky tests in T. Henderson et al., Flake Aware Culprit Finding, ICST 2023).
 */
function noisySearch(lab: Lab, { old, recent }: Lab['rates']): Answer {
  const { range } = lab;
  const skipped = new Set<string>();
  let weights = Float64Array.from(range.candidates, () => 1 / range.candidates.length);
  const none = new Float64Array(range.candidates.length);
  while (lab.samples < MOST_SAMPLES) {
    const found = suspects(range, { posterior: weights, oldRates: none, newRates: none }, skipped);
    if (found.confidence >= CONFIDENCE) return { candidates: found.candidates, claimed: found.confidence };
    let best: { id: string; share: number } | undefined;
    for (const id of range.candidates) {
      if (skipped.has(id)) continue;
      const share = sumIn(range.reach(id), weights);
      if (best === undefined || Math.abs(share - 0.5) < Math.abs(best.share - 0.5)) best = { id, share };
    }
    if (best === undefined) break;
    const bad = lab.test(best.id, 1);
    if (bad === 'skip') {
      skipped.add(best.id);
      continue;
    }
    const reach = range.reach(best.id);
    const likely = (rate: number) => (bad === 1 ? rate : 1 - rate);
    weights = weights.map((weight, index) => weight * likely(hasBit(reach, index) ? recent : old));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    // With rates of 0 and 1, what was seen may be impossible under the rates that were assumed.
    if (!(sum > 0)) break;
    weights = weights.map((weight) => weight / sum);
  }
  return { candidates: [] };
}

function countIn(reach: Bits, left: ReadonlySet<number>): number {
  let count = 0;
  for (const index of left) if (hasBit(reach, index)) count++;
  return count;
}

function sumIn(reach: Bits, weights: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) if (hasBit(reach, index)) sum += weights[index] ?? 0;
  return sum;
}

function namesOf(range: Range, indices: Iterable<number>): string[] {
  return [...indices].flatMap((index) => range.candidates[index] ?? []);
}
