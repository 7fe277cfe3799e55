/** The worst case over a rate that isn't known. */

/** Points at which the rate is tried before the search is refined. */
const GRID = 200;

/** The maximum over rates: on a grid that is finer towards both ends, then by golden section around the best point. */
export function maximise(from: number, to: number, value: (rate: number) => number): number {
  const rateAt = (step: number): number => from + (to - from) * Math.sin((step / GRID) * (Math.PI / 2)) ** 2;
  let best = 0;
  let at = 0;
  for (let step = 0; step <= GRID; step++) {
    const found = value(rateAt(step));
    if (found > best) [best, at] = [found, step];
  }
  let [low, high] = [rateAt(Math.max(0, at - 1)), rateAt(Math.min(GRID, at + 1))];
  const ratio = (Math.sqrt(5) - 1) / 2;
  for (let step = 0; step < 25; step++) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    const [atLeft, atRight] = [value(left), value(right)];
    best = Math.max(best, atLeft, atRight);
    if (atLeft > atRight) high = right;
    else low = left;
  }
  return best;
}

/** The binomial distribution of `n` trials by their rate: the chances of 0..n events. */
export function binomials(n: number): (rate: number) => readonly number[] {
  const logWays = [0];
  for (let k = 1; k <= n; k++) logWays.push((logWays[k - 1] ?? 0) + Math.log((n - k + 1) / k));
  return (rate) => {
    if (rate <= 0 || rate >= 1) return logWays.map((_, k) => (k === (rate <= 0 ? 0 : n) ? 1 : 0));
    const [log, logNot] = [Math.log(rate), Math.log1p(-rate)];
    return logWays.map((ways, k) => Math.exp(ways + k * log + (n - k) * logNot));
  };
}
