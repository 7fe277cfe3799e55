/** A method of others, as far as it can be had on the same terms. */

import type { Belief } from '../../scripts/bisect/belief.ts';
import { hasBit } from '../../scripts/bisect/bits.ts';
import { suspects } from '../../scripts/bisect/decide.ts';
import { lnBeta } from '../../scripts/verdict/distributions.ts';
import { type Answer, CONFIDENCE, type Lab, MOST_SAMPLES } from './lab.ts';

/**
 * git_bayesect (S. Jain): Beta–Bernoulli as ours, with the priors Beta(0.9, 0.1) for the new rate and Beta(0.05, 0.95)
 * for the old one; next, one sample where the expected entropy is least. It knows no merges (it follows the first
 * parent) and no costs; here it gets the same candidates as the others.
 */
export function bayesect(lab: Lab): Answer {
  const { range } = lab;
  const skipped = new Set<string>();
  const counts = new Map<string, { bad: number; total: number }>();
  const PRIOR = { recent: [0.9, 0.1], old: [0.05, 0.95] } as const;
  while (lab.samples < MOST_SAMPLES) {
    const size = range.candidates.length;
    const logs = new Float64Array(size);
    const [oldRates, newRates] = [new Float64Array(size), new Float64Array(size)];
    const tested = [...counts].map(([id, count]) => ({ reach: range.reach(id), count }));
    for (let index = 0; index < size; index++) {
      let [newBad, newOf, oldBad, oldOf] = [0, 0, 0, 0];
      for (const { reach, count } of tested) {
        if (hasBit(reach, index)) [newBad, newOf] = [newBad + count.bad, newOf + count.total];
        else [oldBad, oldOf] = [oldBad + count.bad, oldOf + count.total];
      }
      const side = ([alpha, beta]: readonly [number, number], bad: number, total: number) =>
        lnBeta(alpha + bad, beta + total - bad);
      logs[index] = side(PRIOR.recent, newBad, newOf) + side(PRIOR.old, oldBad, oldOf);
      newRates[index] = (PRIOR.recent[0] + newBad) / (1 + newOf);
      oldRates[index] = (PRIOR.old[0] + oldBad) / (1 + oldOf);
    }
    const largest = logs.reduce((most, log) => Math.max(most, log), Number.NEGATIVE_INFINITY);
    const raw = logs.map((log) => Math.exp(log - largest));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    const posterior = raw.map((weight) => weight / sum);
    const belief = { posterior, oldRates, newRates };
    const found = suspects(range, belief, skipped);
    if (found.confidence >= CONFIDENCE) return { candidates: found.candidates, claimed: found.confidence };
    const id = leastEntropy(lab, belief, skipped);
    const bad = lab.test(id, 1);
    if (bad === 'skip') {
      skipped.add(id);
      continue;
    }
    const before = counts.get(id) ?? { bad: 0, total: 0 };
    counts.set(id, { bad: before.bad + bad, total: before.total + 1 });
  }
  return { candidates: [] };
}

/** The revision of which one more sample leaves the least entropy, as expected. */
function leastEntropy(
  { range, oldest }: Lab,
  { posterior, oldRates, newRates }: Pick<Belief, 'posterior' | 'oldRates' | 'newRates'>,
  skipped: ReadonlySet<string>,
): string {
  // By candidate: what a bad and a good sample would leave of it, w, and w log w, in either case.
  const part = (rates: Float64Array) => ({
    bad: posterior.map((weight, index) => weight * (rates[index] ?? 0)),
    good: posterior.map((weight, index) => weight * (1 - (rates[index] ?? 0))),
  });
  const logs = ({ bad, good }: { readonly bad: Float64Array; readonly good: Float64Array }) => ({
    bad: bad.map(timesLog),
    good: good.map(timesLog),
  });
  const [recent, old] = [part(newRates), part(oldRates)];
  const [recentLogs, oldLogs] = [logs(recent), logs(old)];
  let best = { id: oldest, entropy: Number.POSITIVE_INFINITY };
  for (const id of [...range.candidates, oldest]) {
    if (skipped.has(id)) continue;
    const reach = range.reach(id);
    let [bad, badLog, good, goodLog] = [0, 0, 0, 0];
    for (let index = 0; index < posterior.length; index++) {
      const [weights, weightLogs] = hasBit(reach, index) ? [recent, recentLogs] : [old, oldLogs];
      bad += weights.bad[index] ?? 0;
      good += weights.good[index] ?? 0;
      badLog += weightLogs.bad[index] ?? 0;
      goodLog += weightLogs.good[index] ?? 0;
    }
    // Σ over both answers of p · H(posterior | answer), with H from unnormalised weights.
    const entropy = timesLog(bad) - badLog + timesLog(good) - goodLog;
    if (entropy < best.entropy) best = { id, entropy };
  }
  return best.id;
}

function timesLog(weight: number): number {
  return weight > 0 ? weight * Math.log2(weight) : 0;
}
