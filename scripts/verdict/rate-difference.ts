/** How far apart two rates may be. */
import type { Interval } from '../model/verdict.ts';
import { normalQuantile } from './distributions.ts';
import { binomials, chanceWithin, maximise } from './maximise.ts';
import type { Count } from './rates.ts';

/** Tables beyond this size get the approximate interval: there it is as good, and the exact one takes long. */
const LARGEST_TABLE = 40_000;

/** Two scores that differ by rounding alone are the same one. */
const SAME = 1e-9;

/**
 * The interval for rate `a` less rate `b`, exact by Buehler's method (Journal of the American Statistical Association
 * 52, 1957, 482–493; Lloyd and Kabaila, Australian and New Zealand Journal of Statistics 45, 2003, 139–146): all
 * tables are put in order by Newcombe's upper limit, and the upper limit is the greatest difference at which, under
 * the pair of rates that is worst, one up to the observed one is no unlikelier than the tail. Each end errs with half
 * total 1 − confidence at most. Without trials it is −1..1.
 */
export function rateDifference(a: Count, b: Count, confidence = 0.95): Interval {
  if (a.total === 0 || b.total === 0) return { low: -1, high: 1, confidence };
  if ((a.total + 1) * (b.total + 1) > LARGEST_TABLE) return squareAndAdd(a, b, confidence);
  return { low: -upper(b, a, confidence), high: upper(a, b, confidence), confidence };
}

/** Limits that were found: they are asked for again at every look. */
const found = new Map<string, number>();

function upper(a: Count, b: Count, confidence: number): number {
  const key = [a.bad, a.total, b.bad, b.total, confidence].join();
  const known = found.get(key);
  if (known !== undefined) return known;
  const limit = upperLimit(a, b, confidence);
  found.set(key, limit);
  return limit;
}

function upperLimit(a: Count, b: Count, confidence: number): number {
  const tail = (1 - confidence) / 2;
  const score = (x: number, y: number): number =>
    squareAndAdd({ bad: x, total: a.total }, { bad: y, total: b.total }, confidence).high;
  const observed = score(a.bad, b.bad) + SAME;
  // For each count of `b`, the largest one of `a` that speaks for no greater a difference; it grows with the former.
  const cuts: number[] = [];
  let cut = -1;
  for (let y = 0; y <= b.total; y++) {
    while (cut < a.total && score(cut + 1, y) <= observed) cut++;
    cuts.push(cut);
  }
  const [ofA, ofB] = [binomials(a.total), binomials(b.total)];
  const chance = (difference: number): number =>
    maximise(Math.max(0, -difference), Math.min(1, 1 - difference), (rate) =>
      chanceWithin(cuts, ofB(rate), ofA(Math.min(1, Math.max(0, rate + difference)))),
    );
  return chance(1) > tail ? 1 : root(chance, tail, score(a.bad, b.bad));
}

/** How near below the tail the chance at the limit is, as a share of it. */
const NEAR = 1e-6;

/**
 * Where a chance that falls with the difference reaches the tail, from its safe side: false position (the Illinois
 * rule) on logarithms, from a guess.
 */
function root(chance: (difference: number) => number, tail: number, guess: number): number {
  const excess = (difference: number) => Math.log(Math.max(chance(difference), 1e-300) / tail);
  let [low, high, step] = [guess, guess, 0.02];
  let [above, below] = [excess(low), excess(high)];
  for (; above <= 0 && low > -1; step *= 2)
    [low, above] = [Math.max(-1, low - step), excess(Math.max(-1, low - step))];
  for (; below > 0 && high < 1; step *= 2)
    [high, below] = [Math.min(1, high + step), excess(Math.min(1, high + step))];
  for (let side = 0, tries = 0; tries < 60 && high - low > 1e-8; tries++) {
    const at = (low * below - high * above) / (below - above);
    const found = excess(at);
    if (found > 0) {
      if (side > 0) below /= 2;
      [low, above, side] = [at, found, 1];
    } else {
      if (found > Math.log1p(-NEAR)) return at;
      if (side < 0) above /= 2;
      [high, below, side] = [at, found, -1];
    }
  }
  return high;
}

/** Newcombe's square-and-add rule over Wilson's limits (Statistics in Medicine 17, 1998, 873–890, method 10). */
export function squareAndAdd(a: Count, b: Count, confidence = 0.95): Interval {
  const [one, other] = [wilson(a, confidence), wilson(b, confidence)];
  const [rateA, rateB] = [a.bad / a.total, b.bad / b.total];
  return {
    low: rateA - rateB - Math.hypot(rateA - one.low, other.high - rateB),
    high: rateA - rateB + Math.hypot(one.high - rateA, rateB - other.low),
    confidence,
  };
}

/** Wilson's score interval (Journal of the American Statistical Association 22, 1927, 209–212). */
function wilson({ bad, total }: Count, confidence: number): { readonly low: number; readonly high: number } {
  const z = normalQuantile((1 + confidence) / 2);
  const middle = (bad + z ** 2 / 2) / (total + z ** 2);
  const half = (z / (total + z ** 2)) * Math.sqrt((bad * (total - bad)) / total + z ** 2 / 4);
  return { low: middle - half, high: middle + half };
}
