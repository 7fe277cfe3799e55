/** What the cells of a report show, picked out for every renderer alike. */
import { formatShare } from '../lib/units.ts';
import type { ReportCell, ReportSample } from '../model/cell.ts';
import type { AttributedOomKill } from '../model/oom-kill.ts';
import type { Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import type { Rate, RateMethod } from '../model/verdict.ts';
import { matchSymptom } from '../verdict/symptom.ts';
import { unexpectedText } from '../verdict/unexpected.ts';
import { sharedSign } from './shared.ts';
import { oneLine } from './text.ts';
import { formatInterval } from './units.ts';

/** A sample in which nothing happened. */
const NOTHING: Sample = {
  id: '',
  case: '',
  index: 0,
  outcome: 'passed',
  errors: [],
  metrics: {},
  oomKills: [],
  kernelEvents: [],
  startedAt: '',
  durationMs: 0,
  files: [],
};

/** Whether an OOM kill by itself is the symptom: the one the scenario asks about, not one that the test expected. */
export function isMatch(report: Report, kill: AttributedOomKill): boolean {
  return matchSymptom(report.symptom, { ...NOTHING, oomKills: [kill] }) !== undefined;
}

export interface Telling {
  /** `kernel`: a line of the kernel log; `error`: the runtime's words; `judge`: only what the verdict says. */
  readonly from: 'kernel' | 'error' | 'judge';
  readonly line: string;
  /** How many like it the cell has. */
  readonly count: number;
}

/** The one line that shows why a cell is bad; undefined for a cell that isn't. */
export function keyLine(report: Report, cell: ReportCell): Telling | undefined {
  if (cell.verdict.kind !== 'bad') return undefined;
  const kills = cell.oomKills.filter((kill) => isMatch(report, kill));
  if (kills[0] !== undefined) return { from: 'kernel', line: oneLine(kills[0].line), count: kills.length };
  const bad = cell.samples.filter((sample) => sample.judged === 'bad');
  const erring = bad.filter((sample) => sample.errors.length > 0);
  const error = erring[0]?.errors[0];
  if (error !== undefined) return { from: 'error', line: oneLine(error), count: erring.length };
  const because = bad[0]?.because ?? cell.verdict.reason;
  return because === undefined ? undefined : { from: 'judge', line: oneLine(because), count: bad.length };
}

/** The kernel line, or else the words of the runtime, for one bad sample. */
export function keyLineOfSample(report: Report, sample: ReportSample): string | undefined {
  return sample.oomKills.find((kill) => isMatch(report, kill))?.line ?? sample.errors[0] ?? sample.because;
}

export interface Tally {
  readonly good: number;
  readonly bad: number;
  /** Could not be judged. */
  readonly skip: number;
  /** Judged, on too few samples for what *good* claims. */
  readonly inconclusive: number;
  /** How many of all these have the result of another cell. */
  readonly shared: number;
  /** Cells with an expectation, those that met it, and those that had another verdict (not: none). */
  readonly expected: number;
  readonly met: number;
  readonly missed: readonly ReportCell[];
}

export function tally(report: Report): Tally {
  const count = (word: Word): number => report.cells.filter((cell) => wordOf(cell) === word).length;
  return {
    good: count('good'),
    bad: count('bad'),
    skip: count('skip'),
    inconclusive: count('inconclusive'),
    shared: report.cells.filter(({ sharedWith }) => sharedWith !== undefined).length,
    expected: report.cells.filter(({ expected }) => expected !== undefined).length,
    met: report.cells.filter(({ expected }) => expected?.met).length,
    missed: report.cells.filter(
      ({ expected, verdict }) => expected?.met === false && verdict.kind !== 'skip',
    ),
  };
}

/** A verdict as people read it: a skip for want of samples is told from one for want of an answer. */
export type Word = 'good' | 'bad' | 'skip' | 'inconclusive';

export const wordOf = ({ verdict }: Pick<ReportCell, 'verdict'>): Word =>
  verdict.kind === 'skip' && verdict.inconclusive !== undefined ? 'inconclusive' : verdict.kind;

/** `✔ good`; `✔ good =` for a result that another cell shares with it. */
export const signed = (cell: Pick<ReportCell, 'verdict' | 'sharedWith'>): string =>
  `${SIGNS[cell.verdict.kind]} ${wordOf(cell)}${sharedSign(cell)}`;

/** The rate that a cell's samples showed; undefined for one that could not be judged. */
export const rateOf = ({ verdict }: Pick<ReportCell, 'verdict'>): Rate | undefined =>
  verdict.kind === 'skip' ? verdict.inconclusive : verdict;

/** `20 of 20`; nothing for a cell that could not be judged. */
export function ofText(cell: Pick<ReportCell, 'verdict'>): string {
  const rate = rateOf(cell);
  return rate === undefined ? '' : `${rate.bad} of ${rate.total}`;
}

/** `73–100%`; nothing for a cell that could not be judged. */
export function intervalText(cell: Pick<ReportCell, 'verdict'>): string {
  const rate = rateOf(cell);
  return rate === undefined ? '' : formatInterval(rate.interval);
}

/** `20 of 20 (83–100%)`; nothing for a cell that could not be judged. */
export const rateText = (cell: Pick<ReportCell, 'verdict'>): string =>
  rateOf(cell) === undefined ? '' : `${ofText(cell)} (${intervalText(cell)})`;

/** `95% CI`: the confidence of a report's intervals. */
export function intervalTitle({ cells }: Report): string {
  const levels = new Set(cells.flatMap((cell) => rateOf(cell)?.interval.confidence ?? []));
  return levels.size > 1 ? 'CI' : `${formatShare([...levels][0] ?? 0.95)} CI`;
}

/** How the intervals of a report's rates were found, a phrase each. */
export function methodsOf({ cells }: Report): string[] {
  const rates = cells.flatMap((cell) => rateOf(cell) ?? []);
  return [...new Set(rates.map(({ method = 'clopper-pearson' }) => METHODS[method]))];
}

const METHODS: Readonly<Record<RateMethod, string>> = {
  'clopper-pearson': 'exact (Clopper–Pearson)',
  'confidence-sequence': 'a confidence sequence, valid whenever sampling stops',
};

/** A cell's samples that were judged, by case. */
export function badByCase({ samples }: ReportCell): { id: string; bad: number; total: number }[] {
  const judged = samples.filter((sample) => sample.judged !== 'unjudged');
  return [...new Set(judged.map((sample) => sample.case))].map((id) => {
    const own = judged.filter((sample) => sample.case === id);
    return { id, bad: own.filter((sample) => sample.judged === 'bad').length, total: own.length };
  });
}

/** Signs that tell verdicts apart without colour. */
export const SIGNS = { good: '✔', bad: '✘', skip: '○' } as const;

/** What the kernel log showed of a cell while its samples passed: once each, with how many samples had it. */
export function unexpectedOf({ samples }: Pick<ReportCell, 'samples'>): {
  readonly text: string;
  readonly line: string;
  readonly count: number;
}[] {
  const all = samples.flatMap(({ unexpected = [] }) => unexpected);
  const kinds = [...new Set(all.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const own = all.filter((one) => one.kind === kind);
    const [first] = own;
    if (first === undefined) return [];
    const { line, ...head } = first;
    return [{ text: unexpectedText({ ...head, line: '' }).replace(/: $/, ''), line, count: own.length }];
  });
}
