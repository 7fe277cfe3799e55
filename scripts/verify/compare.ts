/** How each quantity of each case changed from the baseline to the candidate. Pure. */
import { quantile } from '../lib/numbers.ts';
import type { ReportCell, ReportSample } from '../model/cell.ts';
import { tooPressed } from '../report/host.ts';
import { holm } from '../verdict/holm.ts';
import { evidenceOfMore } from '../verdict/pair-evidence.ts';
import { compareRanks } from '../verdict/ranks.ts';
import { rateDifference } from '../verdict/rate-difference.ts';
import type { Answer, Comparison, Summary, Tolerance } from './types.ts';
import { explain } from './words.ts';

export interface CompareOptions {
  readonly tolerance: Tolerance;
  readonly confidence: number;
  /** How often it is looked in the whole run: each look may err by its share alone. */
  readonly looks: number;
  /** All comparisons that are planned; fewer are counted when more are found. */
  readonly planned: number;
}

/** What was sampled of one pair of cells. */
export interface Sampled {
  readonly arms: string;
  readonly baseline: readonly ReportSample[];
  readonly candidate: readonly ReportSample[];
}

type Measured = Omit<Comparison, 'answer' | 'because'> & {
  /** How much the change may be, in its own unit. */
  readonly tolerated: number;
  /** What the candidate's first failure was, in words. */
  readonly why?: string | undefined;
  /** Why its values tell nothing. */
  readonly pressed?: string | undefined;
};

/** The metrics that a quantity is read from, best first, by what they are; times by their unit. */
export const PEAKS = ['memory.peak', 'memory.max_usage_in_bytes'];

/** Every quantity that both arms have, answered; p-values corrected for the number of comparisons (Holm). */
export function compare(sampled: readonly Sampled[], options: CompareOptions): Comparison[] {
  const measured = sampled.flatMap((one) => casesOf(one).flatMap((id) => measure(one, id, options)));
  const rest = Array.from({ length: Math.max(0, options.planned - measured.length) }, () => 1);
  const adjusted = holm([...measured.map(({ p }) => p), ...rest]);
  return measured.map(({ tolerated, why, pressed, ...one }, at) => {
    const p = adjusted[at] ?? 1;
    if (pressed !== undefined) {
      return { ...one, p, answer: 'inconclusive', because: `${pressed}: its times tell nothing` };
    }
    const answer: Answer =
      p <= 1 - options.confidence ? 'regressed' : one.change.high <= tolerated ? 'safe' : 'inconclusive';
    return {
      ...one,
      p,
      answer,
      because: explain(one, { answer, tolerated, confidence: options.confidence, why }),
    };
  });
}

/** Of several answers, the one for all: nothing may have regressed, and nothing be open. */
export function overall(answers: readonly Answer[]): Answer {
  if (answers.includes('regressed')) return 'regressed';
  return answers.length === 0 || answers.includes('inconclusive') ? 'inconclusive' : 'safe';
}

const casesOf = ({ baseline, candidate }: Sampled): string[] => [
  ...new Set([...baseline, ...candidate].map((sample) => sample.case)),
];

function measure(sampled: Sampled, id: string, options: CompareOptions): Measured[] {
  const own = (samples: readonly ReportSample[]) => samples.filter((sample) => sample.case === id);
  const arms = { ...sampled, baseline: own(sampled.baseline), candidate: own(sampled.candidate) };
  const both = [...arms.baseline, ...arms.candidate];
  const times = both.flatMap(({ metrics }) =>
    Object.entries(metrics).flatMap(([name, { unit }]) => (unit === 'ms' ? [name] : [])),
  );
  // A case that expects an OOM kill peaks at its limit whatever runs it.
  const expected = both.some(({ oomKills }) => oomKills.some((kill) => kill.expected));
  return [
    failures(arms, id, options),
    ...(expected ? [] : metric(arms, id, { quantity: 'memory', names: PEAKS }, options)),
    ...[...new Set(times)].flatMap((name) => metric(arms, id, { quantity: 'time', names: [name] }, options)),
  ].flatMap((one) => one ?? []);
}

/** Each look's share of the error, for one side. */
const levelOf = ({ confidence, looks }: CompareOptions): number => 1 - (2 * (1 - confidence)) / looks;

function failures(arms: Sampled, id: string, options: CompareOptions): Measured | undefined {
  const judged = (samples: readonly ReportSample[]) =>
    samples.filter((sample) => sample.judged !== 'unjudged');
  const [ours, theirs] = [judged(arms.baseline), judged(arms.candidate)];
  if (ours.length === 0 || theirs.length === 0) return undefined;
  const seen = new Map(ours.map((sample) => [sample.index, sample.judged === 'bad']));
  const pairs = theirs.flatMap(({ index, judged: verdict }) => {
    const baseline = seen.get(index);
    return baseline === undefined ? [] : [{ baseline, candidate: verdict === 'bad' }];
  });
  const [baseline, candidate] = [count(ours), count(theirs)];
  const of = ({ bad, n }: Summary) => ({ bad, total: n });
  const { low, high } = rateDifference(of(candidate), of(baseline), levelOf(options));
  const estimate = candidate.bad / candidate.n - baseline.bad / baseline.n;
  return {
    arms: arms.arms,
    case: id,
    quantity: 'failures',
    metric: undefined,
    baseline,
    candidate,
    change: { estimate, low, high },
    method: 'e-value of pairs; exact interval (Buehler)',
    p: Math.min(1, 1 / evidenceOfMore(pairs)),
    tolerated: options.tolerance.failures,
    why: theirs.find((sample) => sample.judged === 'bad')?.because,
  };
}

function count(samples: readonly ReportSample[]): Summary {
  return {
    n: samples.length,
    bad: samples.filter(({ judged }) => judged === 'bad').length,
    median: undefined,
  };
}

/**
 * Whether at least half of the samples have a value. Where a container seldom starts, the few that did tell nothing of
 * the others, and no number of samples would settle it.
 */
export function isMeasured(samples: readonly ReportSample[], metric: string): boolean {
  const having = samples.filter(({ metrics }) => metrics[metric] !== undefined).length;
  return having > 0 && 2 * having >= samples.length;
}

function metric(
  arms: Sampled,
  id: string,
  { quantity, names }: { readonly quantity: 'memory' | 'time'; readonly names: readonly string[] },
  options: CompareOptions,
): Measured[] {
  const values = (samples: readonly ReportSample[], name: string) =>
    samples.flatMap(({ metrics }) => metrics[name]?.value ?? []);
  const name = names.find((one) => isMeasured(arms.baseline, one) && isMeasured(arms.candidate, one));
  if (name === undefined) return [];
  const [ours, theirs] = [values(arms.baseline, name), values(arms.candidate, name)];
  // Times are compared by their ratio, so as the shift of their logarithms.
  const scale = quantity === 'time' ? Math.log : (value: number) => value;
  const back = quantity === 'time' ? (value: number) => Math.exp(value) - 1 : (value: number) => value;
  const tolerated = options.tolerance[quantity];
  const margin = quantity === 'time' ? Math.log1p(tolerated) : tolerated;
  const [base, cand] = [ours.map(scale), theirs.map(scale)];
  const { shift, interval, method } = compareRanks(base, cand, levelOf(options));
  const beyond = compareRanks(
    base.map((value) => value + margin),
    cand,
  );
  const oneSided = beyond.superiority > 0.5 ? beyond.p / 2 : 1;
  return [
    {
      arms: arms.arms,
      case: id,
      quantity,
      metric: name,
      method: `${method}, and Hodges–Lehmann's shift`,
      baseline: { ...count(arms.baseline), median: quantile(ours, 0.5) },
      candidate: { ...count(arms.candidate), median: quantile(theirs, 0.5) },
      change: { estimate: back(shift), low: back(interval.low), high: back(interval.high) },
      p: Math.min(1, oneSided * options.looks),
      tolerated,
      pressed: quantity === 'time' ? tooPressed([...arms.baseline, ...arms.candidate]) : undefined,
    },
  ];
}

/** What of the pair's cells was sampled. */
export function sampledOf(arms: string, baseline: ReportCell, candidate: ReportCell): Sampled {
  return { arms, baseline: baseline.samples, candidate: candidate.samples };
}
