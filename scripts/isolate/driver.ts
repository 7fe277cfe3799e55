/** Has the runner run one batch of cells after the other, each chosen from the verdicts so far. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InterruptedError } from '../lib/errors.ts';
import { wordOf } from '../report/findings.ts';
import type { Report, ReportCell } from '../report/model.ts';
import { type RunRequest, runScenario } from '../runner/run.ts';
import { sameValue } from '../scenario/select.ts';
import type { Cell } from '../scenario/types.ts';
import { analyse, tellingCells } from './analyse.ts';
import { type Changes, FULL_FACTORIAL, search } from './search.ts';
import type { Ends, Isolation, Known } from './types.ts';
import { answerWords } from './words.ts';

export interface IsolateRequest extends Omit<RunRequest, 'cells' | 'done' | 'earlier' | 'listener' | 'keep'> {
  readonly ends: Ends;
  /** Samples of each case in each cell: the same in all, so that their rates can be compared. */
  readonly samples: number;
  /** The most of them: while an axis is open, the cells that may tell take twice as many. */
  readonly maxSamples: number;
  /** Shows one batch. */
  readonly show: () => { readonly listener: RunRequest['listener']; close(): Promise<void> };
}

export const ISOLATE_FILE = 'isolate.json';

export async function isolate(
  request: IsolateRequest,
  signal: AbortSignal,
): Promise<{ readonly isolation: Isolation; readonly report: Report }> {
  const { scenario, ends, samples, dir } = request;
  const sampling = { ...scenario.sampling, auto: false, rate: undefined };
  const cellAt = (changes: Changes): Cell | undefined => {
    const found = scenario.cells.find(({ axes }) =>
      Object.keys(axes).every((axis) => {
        const end = changes.includes(axis) ? ends.fail : ends.pass;
        return sameValue(axes[axis] ?? '', end.axes[axis] ?? '');
      }),
    );
    return found && { ...found, samples, sampling, expect: undefined };
  };
  let asked: Cell[] = [];
  let report: Report | undefined;
  const known = (changes: Changes): Known | undefined => {
    const cell = cellAt(changes);
    // A point that the scenario leaves out, or that can't exist, tells nothing.
    if (cell === undefined) return 'open';
    const result = report?.cells.find(({ id }) => id === cell.id);
    return result === undefined ? undefined : knownOf(result);
  };
  const looks = looksOf(samples, request.maxSamples);
  let look = 0;
  for (;;) {
    const { next, cause } = search(ends.axes, known);
    if (next.length === 0 && report !== undefined) {
      const isolation = conclude(request, report, cause, looks);
      const telling = tellingCells(report, ends, isolation);
      const more = looks[++look];
      if (more === undefined || telling.length === 0) {
        await writeFile(join(dir, ISOLATE_FILE), `${JSON.stringify(isolation, null, 2)}\n`);
        return { isolation, report };
      }
      asked = asked.map((cell) => (telling.includes(cell.id) ? { ...cell, samples: more } : cell));
    }
    asked.push(...next.flatMap((changes) => cellAt(changes) ?? []));
    report = await batch(request, asked, report?.cells ?? [], signal);
    if (signal.aborted) throw new InterruptedError();
  }
}

/** Samples after which it is looked what came out: twice as many every time. */
function looksOf(samples: number, most: number): number[] {
  const looks = [samples];
  for (let at = samples * 2; at <= most; at *= 2) looks.push(at);
  return looks;
}

async function batch(
  request: IsolateRequest,
  cells: readonly Cell[],
  known: readonly ReportCell[],
  signal: AbortSignal,
): Promise<Report> {
  const { ends: _, samples: __, maxSamples: ___, show, ...rest } = request;
  const progress = show();
  const { cases } = request.scenario.suite;
  const isDone = (one: ReportCell) =>
    cells.some(({ id, samples }) => id === one.id && samples * cases.length <= one.samples.length);
  const done = new Map(known.map(({ id, samples }) => [id, samples]));
  try {
    return await runScenario(
      {
        ...{ ...rest, cells, keep: false, done, earlier: known.filter(isDone), listener: progress.listener },
        // A result that stood for two points would count twice.
        share: false,
      },
      signal,
    );
  } finally {
    await progress.close();
  }
}

const knownOf = ({ verdict }: ReportCell): Known => (verdict.kind === 'skip' ? 'open' : verdict.kind);

function conclude(
  request: IsolateRequest,
  report: Report,
  cause: Changes | undefined,
  looks: readonly number[],
): Isolation {
  const { scenario, ends } = request;
  const { confidence } = scenario.sampling;
  const problem = problemOf(report, ends);
  const { axes, interactions } = analyse(report, ends, cause, { confidence, looks: looks.length });
  const failing = cause?.map((axis) => [axis, ends.fail.axes[axis] ?? '']);
  return {
    ...{ schema: 'repro.isolate/1', scenario: scenario.name, title: scenario.title },
    ...{ fail: ends.fail.id, pass: ends.pass.id, looks, confidence },
    full: 2 ** ends.axes.length <= FULL_FACTORIAL,
    cause: failing === undefined ? undefined : Object.fromEntries(failing),
    ...(problem === undefined ? { axes, interactions } : { axes: [], interactions: [] }),
    points: report.cells.map((cell) => ({
      ...{ cell: cell.id, axes: cell.axes, verdict: wordOf(cell) },
      rate: cell.verdict.kind === 'skip' ? undefined : cell.verdict,
    })),
    problem,
    words: problem === undefined ? answerWords(axes, interactions, cause) : [],
  };
}

/** The ends must be what they are taken for: without that, nothing can be isolated between them. */
function problemOf(report: Report, { fail, pass }: Ends): string | undefined {
  for (const [cell, wanted] of [
    [fail, 'bad'],
    [pass, 'good'],
  ] as const) {
    const verdict = report.cells.find(({ id }) => id === cell.id)?.verdict;
    if (verdict?.kind === wanted) continue;
    const was = verdict === undefined ? 'not run' : verdict.kind === 'skip' ? verdict.reason : verdict.kind;
    return `${cell.id} should be ${wanted}, and is ${was}: choose another cell, or more samples`;
  }
  return undefined;
}
