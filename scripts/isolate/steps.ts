/** Which cells are run next with how many samples, from what came out so far; or the answer. Pure. */
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { wordOf } from '../report/findings.ts';
import { sameValue } from '../scenario/select.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { compareRates } from '../verdict/rates.ts';
import { analyse, undecidedCells } from './analyse.ts';
import { type Changes, FULL_FACTORIAL, search } from './search.ts';
import type { Ends, Isolation, Known } from './types.ts';
import { answerWords, tiedWords } from './words.ts';

export interface Question {
  readonly scenario: Scenario;
  readonly ends: Ends;
  /** Samples of each case in each cell: the same in all, so that their rates can be compared. */
  readonly samples: number;
  /** The most of them: while an axis is open, the cells that may tell take twice as many. */
  readonly maxSamples: number;
}

/** How far it has come. */
export interface Steps {
  /** Cells that were run, with the samples of each case. */
  readonly asked: readonly Cell[];
  /** Their results; undefined before the first batch. */
  readonly report: Report | undefined;
  /** How often more samples were taken. */
  readonly look: number;
}

export const BEGIN: Steps = { asked: [], report: undefined, look: 0 };

export type Step =
  | { readonly asked: readonly Cell[]; readonly look: number }
  | { readonly isolation: Isolation; readonly report: Report };

export function nextStep(question: Question, { asked, report, look }: Steps): Step {
  const { ends, samples } = question;
  const { next, cause } = apart(question, report)
    ? search(ends.axes, knownIn(question, report))
    : { next: [], cause: undefined };
  const cells = next.flatMap((changes) => cellAt(question, changes) ?? []);
  if (next.length > 0 || report === undefined) return { asked: [...asked, ...cells], look };
  const looks = looksOf(samples, question.maxSamples);
  const isolation = conclude(question, report, cause, looks);
  const undecided =
    isolation.problem === undefined ? undecidedCells(report, ends, isolation) : judgedEnds(report, ends);
  const more = looks[look + 1];
  if (more === undefined || undecided.length === 0) return { isolation, report };
  const again = asked.map((cell) => (undecided.includes(cell.id) ? { ...cell, samples: more } : cell));
  return { asked: again, look: look + 1 };
}

/** Whether a search makes sense: both ends were not run yet, or differ. */
function apart({ scenario, ends }: Question, report: Report | undefined): boolean {
  return report === undefined || problemOf(report, ends, scenario.sampling.confidence) === undefined;
}

/**
 * What the search knows of a point. Where the passing cell never failed, any failure is one; where it fails, too, a
 * point fails whose rate is nearer to that of the failing cell.
 */
function knownIn(question: Question, report: Report | undefined): (changes: Changes) => Known | undefined {
  const resultOf = (wanted: Cell | undefined) => report?.cells.find(({ id }) => id === wanted?.id);
  const [fail, pass] = [resultOf(question.ends.fail), resultOf(question.ends.pass)].map(shareOf);
  const least = pass === undefined || pass === 0 ? 0 : ((fail ?? 0) + pass) / 2;
  return (changes) => {
    const cell = cellAt(question, changes);
    // A point that the scenario leaves out, or that is unsupported, tells nothing.
    if (cell === undefined) return 'open';
    const result = resultOf(cell);
    if (result === undefined) return undefined;
    const share = shareOf(result);
    return share === undefined ? 'open' : share > least ? 'bad' : 'good';
  };
}

/** Undefined where it could not be judged. */
function shareOf(cell: ReportCell | undefined): number | undefined {
  return cell === undefined || cell.verdict.kind === 'skip'
    ? undefined
    : cell.verdict.bad / cell.verdict.total;
}

function cellAt({ scenario, ends, samples }: Question, changes: Changes): Cell | undefined {
  const sampling = { ...scenario.sampling, auto: false, rate: undefined };
  const found = scenario.cells.find(({ axes }) =>
    Object.keys(axes).every((axis) => {
      const end = changes.includes(axis) ? ends.fail : ends.pass;
      return sameValue(axes[axis] ?? '', end.axes[axis] ?? '');
    }),
  );
  return found && { ...found, samples, sampling, expect: undefined };
}

/** Samples after which it is looked what came out: twice as many every time. */
function looksOf(samples: number, most: number): number[] {
  const looks = [samples];
  for (let at = samples * 2; at <= most; at *= 2) looks.push(at);
  return looks;
}

function conclude(
  question: Question,
  report: Report,
  cause: Changes | undefined,
  looks: readonly number[],
): Isolation {
  const { scenario, ends } = question;
  const { confidence } = scenario.sampling;
  const problem = problemOf(report, ends, confidence);
  const { axes, interactions } = analyse(report, ends, cause, { confidence, looks: looks.length });
  const passing = report.cells.find(({ id }) => id === ends.pass.id);
  const failing = cause?.map((axis) => [axis, ends.fail.axes[axis] ?? '']);
  return {
    schema: 'repro.isolate/2',
    scenario: scenario.name,
    title: scenario.title,
    fail: ends.fail.id,
    pass: ends.pass.id,
    looks,
    confidence,
    full: 2 ** ends.axes.length <= FULL_FACTORIAL,
    cause: failing === undefined ? undefined : Object.fromEntries(failing),
    ...(problem === undefined ? { axes, interactions } : { axes: [], interactions: [] }),
    points: report.cells.map((cell) => ({
      cell: cell.id,
      axes: cell.axes,
      verdict: wordOf(cell),
      rate: cell.verdict.kind === 'skip' ? undefined : cell.verdict,
    })),
    problem,
    words:
      problem === undefined
        ? [...tiedWords(ends.tied), ...answerWords(axes, interactions, cause, (shareOf(passing) ?? 0) > 0)]
        : [],
  };
}

/** The ends must differ: without that, nothing can be isolated between them. */
function problemOf(report: Report, { fail, pass }: Ends, confidence: number): string | undefined {
  const verdictOf = (cell: Cell) => report.cells.find(({ id }) => id === cell.id)?.verdict;
  const [failing, passing] = [verdictOf(fail), verdictOf(pass)];
  for (const [cell, verdict, wanted] of [
    [fail, failing, 'bad'],
    [pass, passing, 'good'],
  ] as const) {
    if (verdict?.kind !== 'bad' && verdict?.kind !== 'good') {
      return `${cell.id} should be ${wanted}, and is ${verdict?.reason ?? 'not run'}: choose another cell`;
    }
  }
  if (failing?.kind !== 'bad') {
    return `${fail.id} should be bad, and is ${failing?.kind}: choose another cell, or more samples`;
  }
  if (passing?.kind !== 'bad') return undefined;
  const counts = `${passing.bad} of ${passing.total}, the failing one ${failing.bad} of ${failing.total}`;
  const rarer = passing.bad / passing.total < failing.bad / failing.total;
  if (rarer && compareRates(passing, failing).p <= 1 - confidence) return undefined;
  return `${pass.id} should be good, or fail less often, and fails ${counts}: choose another cell, or more samples`;
}

/** Both ends, where they were judged: more samples may tell them apart. */
function judgedEnds(report: Report, { fail, pass }: Ends): string[] {
  const both = report.cells.filter(({ id }) => id === fail.id || id === pass.id);
  return both.some(({ verdict }) => verdict.kind === 'skip') ? [] : both.map(({ id }) => id);
}
