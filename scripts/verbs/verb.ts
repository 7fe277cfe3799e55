/**
 * A verb that asks each cell by itself: it says which sample is next and what the samples come to, and a page says it.
 * All else is done alike for all of them: options and `--help`, what is chosen and asked, machines, journal, `--resume`,
 * files, exit code. Pure.
 */
import type { Axes } from '../model/axes.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import type { AnswerPage } from '../page/blocks.ts';
import type { Cell, Scenario } from '../scenario/types.ts';

/** Beside those that choose the scenario's cells, which every verb has. */
export interface VerbOption {
  readonly type: 'number' | 'string';
  readonly default: number | string;
  /** The help adds the default. */
  readonly describe: string;
}
export type VerbOptions = Readonly<Record<string, VerbOption>>;

/** The values of options, by their names as typed. */
export type QuestionOf<Options extends VerbOptions> = {
  readonly [Name in keyof Options]: Options[Name]['type'] extends 'number' ? number : string;
};

export interface NextSample {
  readonly caseId: string;
  /** Counts from 1 in each case. */
  readonly index: number;
  /** Parameters of the suite that this sample has of its own. */
  readonly params?: Axes | undefined;
}

export interface CellDesign<Answer> {
  /**
   * What is run of the cells that were chosen; `samples` of each is the most that a case may take. Throws UsageError
   * before anything boots.
   */
  readonly cells: (scenario: Scenario, cells: readonly Cell[]) => Cell[];
  /** From the samples of a cell, those of an interrupted run among them; undefined when there are enough. */
  readonly next: (samples: readonly Sample[], cases: readonly string[]) => NextSample | undefined;
  /** From what was found so far: it is asked again after each cell. */
  readonly conclude: (cells: readonly ReportCell[], scenario: Scenario) => Answer;
  /** For the report. */
  readonly notes?: readonly string[] | undefined;
}

export interface VerbCode<Question, Answer> {
  /** Throws UsageError for values that make no sense. */
  readonly designOf: (question: Question) => CellDesign<Answer>;
  readonly pageOf: (answer: Answer, report: Report) => AnswerPage;
  /** 0, 1, or 125 where there is no answer: `EXIT`. */
  readonly exitCodeOf: (answer: Answer) => number;
}

export interface Verb<Options extends VerbOptions, Answer> {
  /** As typed; its files are `<name>.json`, `.md` and `.html`. */
  readonly name: string;
  readonly describe: string;
  readonly options: Options;
  /** A command line, which begins with `$0`, and what it is for. */
  readonly examples: readonly (readonly [string, string])[];
  /** Is called when the verb is: the help needs none of it. */
  readonly load: () => Promise<VerbCode<QuestionOf<Options>, Answer>>;
}

/** The entry of a verb: types of its question and its answer are inferred. */
export const defineVerb = <const Options extends VerbOptions, Answer>(
  verb: Verb<Options, Answer>,
): Verb<Options, Answer> => verb;

/**
 * A cell that takes as many samples as it needs, `samples` of each case at most: what they are is no fixed number, so
 * nothing is compared by their rate, and nothing is expected of it.
 */
export function asManyAsNeeded(cell: Cell, samples: number): Cell {
  const sampling = { ...cell.sampling, auto: true, rate: undefined };
  return { ...cell, samples, sampling, expect: undefined };
}
