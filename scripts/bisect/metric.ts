/**
 * A metric as evidence: where it lies on one side of a cut before the culprit and on the other after it, a
 * sample tells far more than a failure that is rare.
 *
 * The cut is where the distributions at the endpoints differ most (the point of the Kolmogorov–Smirnov
 * statistic). From there on, being beyond the cut is the event that is counted, so nothing is assumed of the
 * distributions, and outliers do no harm. Samples that chose the cut must not be counted as evidence for it.
 */

/** The new behaviour lies above, or below, of `at`. */
export interface Cut {
  readonly side: 'above' | 'below';
  readonly at: number;
}

/** Samples of each endpoint that choose the cut. */
export const CUT_SAMPLES = 6;

/** Undefined when the two don't differ at all. Of equally good cuts, the one in the widest gap. */
export function findCut(old: readonly number[], recent: readonly number[]): Cut | undefined {
  const values = [...new Set([...old, ...recent])].sort((one, other) => one - other);
  const shareAbove = (all: readonly number[], at: number) =>
    all.filter((value) => value > at).length / all.length;
  let best: { cut: Cut; difference: number; gap: number } | undefined;
  for (const [index, value] of values.slice(0, -1).entries()) {
    const next = values[index + 1] ?? value;
    const at = (value + next) / 2;
    const rise = shareAbove(recent, at) - shareAbove(old, at);
    const [difference, gap] = [Math.abs(rise), next - value];
    const better =
      best === undefined ||
      difference > best.difference ||
      (difference === best.difference && gap > best.gap);
    if (difference > 0 && better) best = { cut: { side: rise > 0 ? 'above' : 'below', at }, difference, gap };
  }
  return best?.cut;
}

export function isBeyond({ side, at }: Cut, value: number): boolean {
  return side === 'above' ? value > at : value < at;
}
