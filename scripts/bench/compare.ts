/** How much slower each metric became, beside how much the same build differs from itself. Pure. */
import { largest, quantile, smallest } from '../lib/numbers.ts';
import type { ReportSample } from '../model/cell.ts';
import { tooPressed } from '../report/host.ts';
import { compareRatio, type RankComparison } from '../verdict/ranks.ts';
import type { BenchOutcome, Ratio, Timed, Timing } from './types.ts';

/** Samples of the three machines of one point, the round that warms up left out. */
export interface Measured {
  readonly at: string;
  readonly baseline: readonly ReportSample[];
  readonly control: readonly ReportSample[];
  readonly candidate: readonly ReportSample[];
}

export interface TimingOptions {
  readonly confidence: number;
  readonly tolerate: number;
  /** Cases of all points: each has two intervals, and all of them are to hold at once (Bonferroni). */
  readonly planned: number;
}

/** Every time of every case; the first of a case decides, the others are told beside it. */
export function timingsOf(measured: readonly Measured[], options: TimingOptions): Timing[] {
  return measured.flatMap((one) => {
    const cases = [...new Set(one.candidate.map((sample) => sample.case))];
    return cases.flatMap((id) =>
      timesOf(one, id).map((name, index) => timing(one, { id, name, decides: index === 0 }, options)),
    );
  });
}

const of = (samples: readonly ReportSample[], id: string) => samples.filter((sample) => sample.case === id);
const valuesOf = (samples: readonly ReportSample[], id: string, name: string): number[] =>
  of(samples, id).flatMap(({ metrics }) => metrics[name]?.value ?? []);

/** The times that all three have, as the suite gives them. */
function timesOf({ baseline, control, candidate }: Measured, id: string): string[] {
  const names = of(baseline, id).flatMap(({ metrics }) =>
    Object.entries(metrics).flatMap(([name, { unit, value }]) => (unit === 'ms' && value > 0 ? [name] : [])),
  );
  return [...new Set(names)].filter((name) =>
    [control, candidate].every((samples) => valuesOf(samples, id, name).length > 0),
  );
}

interface TimeOfCase {
  readonly id: string;
  /** Of the metric. */
  readonly name: string;
  readonly decides: boolean;
}

function timing(one: Measured, { id, name, decides }: TimeOfCase, options: TimingOptions): Timing {
  const [first, second, theirs] = [one.baseline, one.control, one.candidate].map((samples) =>
    valuesOf(samples, id, name),
  ) as [number[], number[], number[]];
  const level = 1 - (1 - options.confidence) / (2 * Math.max(1, options.planned));
  const ours = [...first, ...second];
  const same = ratioOf(compareRatio(first, second, level));
  const ratio = ratioOf(compareRatio(ours, theirs, level));
  const noise = Math.max(same.high, 1 / same.low, 1);
  const pressed = tooPressed(
    [one.baseline, one.control, one.candidate].flatMap((samples) => of(samples, id)),
  );
  const outcome = pressed === undefined ? outcomeOf(ratio, noise, options.tolerate) : 'inconclusive';
  return {
    at: one.at,
    case: id,
    metric: name,
    ratio,
    same,
    noise,
    baseline: timedOf(ours),
    candidate: timedOf(theirs),
    outcome: decides ? outcome : undefined,
    because: pressed ?? because(ratio, noise, outcome, options.tolerate),
  };
}

const ratioOf = ({ shift, interval }: RankComparison): Ratio => ({
  estimate: shift,
  low: interval.low,
  high: interval.high,
});

const timedOf = (values: readonly number[]): Timed => ({
  n: values.length,
  median: quantile(values, 0.5),
  low: smallest(values),
  high: largest(values),
});

/**
 * A difference is claimed only where the whole interval lies beyond what two machines with the same build may differ
 * by; and that it is no slower than tolerated, only where such machines differ by less than that.
 */
export function outcomeOf(ratio: Ratio, noise: number, tolerate: number): BenchOutcome {
  const most = 1 + tolerate;
  if (ratio.low > noise && ratio.high > most) return 'slower';
  if (ratio.high < 1 / noise) return 'faster';
  return ratio.high <= most && noise <= most ? 'alike' : 'inconclusive';
}

export const percent = (factor: number): string => {
  const share = (factor - 1) * 100;
  return `${share > 0 ? '+' : share < 0 ? '−' : ''}${Math.abs(share).toFixed(Math.abs(share) < 10 ? 1 : 0)}%`;
};

function because(ratio: Ratio, noise: number, outcome: BenchOutcome, tolerate: number): string {
  const range = `${ratio.estimate.toFixed(3)} times the baseline's (${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)})`;
  const apart = Number.isFinite(noise)
    ? `the same build differs from itself by up to ${percent(noise)}`
    : 'too few samples to tell how much the same build differs from itself';
  if (outcome === 'slower' || outcome === 'faster') return `${range}; ${apart}`;
  if (outcome === 'alike') return `${range}, at most ${percent(1 + tolerate)} was tolerated; ${apart}`;
  return `${range}: ${apart}, so nothing can be claimed`;
}

/** One answer for all: nothing may be slower, and nothing open. */
export function overallOutcome(outcomes: readonly BenchOutcome[]): BenchOutcome {
  if (outcomes.includes('slower')) return 'slower';
  if (outcomes.length === 0 || outcomes.includes('inconclusive')) return 'inconclusive';
  return outcomes.every((outcome) => outcome === 'faster') ? 'faster' : 'alike';
}
