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
export function binomials(n: number): (rate: number) => Float64Array {
  const logWays = [0];
  for (let k = 1; k <= n; k++) logWays.push((logWays[k - 1] ?? 0) + Math.log((n - k + 1) / k));
  return (rate) => {
    const chances = new Float64Array(n + 1);
    if (rate <= 0 || rate >= 1) {
      chances[rate <= 0 ? 0 : n] = 1;
      return chances;
    }
    // From the likeliest count outwards: nothing is lost to numbers that are too small.
    const likeliest = Math.min(n, Math.floor((n + 1) * rate));
    const log = (logWays[likeliest] ?? 0) + likeliest * Math.log(rate) + (n - likeliest) * Math.log1p(-rate);
    chances[likeliest] = Math.exp(log);
    const odds = rate / (1 - rate);
    for (let k = likeliest; k < n; k++) chances[k + 1] = ((chances[k] ?? 0) * odds * (n - k)) / (k + 1);
    for (let k = likeliest; k > 0; k--) chances[k - 1] = ((chances[k] ?? 0) * k) / ((n - k + 1) * odds);
    return chances;
  };
}

/** The chance of a table in whose row `x` the second count is `cuts[x]` at most. `cuts` must not fall. */
export function chanceWithin(cuts: readonly number[], first: Float64Array, second: Float64Array): number {
  let [sum, below, next] = [0, 0, 0];
  for (let x = 0; x < cuts.length; x++) {
    for (const most = cuts[x] ?? -1; next <= most; next++) below += second[next] ?? 0;
    sum += (first[x] ?? 0) * below;
  }
  return sum;
}
