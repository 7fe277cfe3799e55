/** Whether outcomes that followed one another are independent of each other: the runs test. */
import { lnChoose } from './distributions.ts';

export interface RunsTest {
  /** Stretches of equal outcomes, one after the other. */
  readonly runs: number;
  readonly total: number;
  readonly bad: number;
  /** Two-sided: twice the smaller tail, 1 at most. */
  readonly p: number;
  /** `few`: like follows like; `many`: outcomes alternate. Which of both the data lean to. */
  readonly side: 'few' | 'many';
}

/**
 * The test of Wald and Wolfowitz (Annals of Mathematical Statistics 11, 1940, 147–162), by the exact distribution of
 * the number of runs (Stevens, Annals of Eugenics 9, 1939, 10–17): given how many are bad, each order is as likely as
 * any other, if the outcomes are independent and their rate stays the same. `true` is a bad one. The number of
 * outcomes must not depend on them.
 */
export function runsTest(outcomes: readonly boolean[]): RunsTest {
  const total = outcomes.length;
  const bad = outcomes.filter(Boolean).length;
  const runs = outcomes.filter((one, at) => at === 0 || one !== outcomes[at - 1]).length;
  const [most, good] = [Math.max(bad, total - bad), total - bad];
  const chances = Array.from({ length: total + 1 }, (_, r) => chanceOfRuns(r, bad, good));
  const sum = (from: number, to: number) => chances.slice(from, to).reduce((all, chance) => all + chance, 0);
  const [few, many] = [sum(0, runs + 1), sum(runs, total + 1)];
  const p = most === total ? 1 : Math.min(1, 2 * Math.min(few, many));
  return { runs, total, bad, p, side: few <= many ? 'few' : 'many' };
}

/** Of all orders of so many bad and good outcomes, the share that has `runs` runs. */
export function chanceOfRuns(runs: number, bad: number, good: number): number {
  if (bad === 0 || good === 0) return runs === (bad + good === 0 ? 0 : 1) ? 1 : 0;
  if (runs < 2) return 0;
  const half = Math.floor(runs / 2);
  const all = lnChoose(bad + good, bad);
  const ways = (b: number, g: number) => Math.exp(lnChoose(bad - 1, b - 1) + lnChoose(good - 1, g - 1) - all);
  return runs % 2 === 0 ? 2 * ways(half, half) : ways(half + 1, half) + ways(half, half + 1);
}
