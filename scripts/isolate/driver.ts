/** Has the runner run one batch of cells after the other, each chosen from the verdicts so far. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InterruptedError } from '../lib/errors.ts';
import { wordOf } from '../report/findings.ts';
import type { Report, ReportCell } from '../report/model.ts';
import { type RunRequest, runScenario } from '../runner/run.ts';
import { sameValue } from '../scenario/select.ts';
import type { Cell } from '../scenario/types.ts';
import { analyse } from './analyse.ts';
import { type Changes, FULL_FACTORIAL, search } from './search.ts';
import type { Ends, Isolation, Known } from './types.ts';
import { answerWords } from './words.ts';

export interface IsolateRequest extends Omit<RunRequest, 'cells' | 'done' | 'earlier' | 'listener' | 'keep'> {
  readonly ends: Ends;
  /** Samples of each case in each cell: the same in all, so that their rates can be compared. */
  readonly samples: number;
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
  const asked: Cell[] = [];
  let report: Report | undefined;
  const known = (changes: Changes): Known | undefined => {
    const cell = cellAt(changes);
    // A point that the scenario leaves out, or that can't exist, tells nothing.
    if (cell === undefined) return 'open';
    const result = report?.cells.find(({ id }) => id === cell.id);
    return result === undefined ? undefined : knownOf(result);
  };
  for (;;) {
    const { next, cause } = search(ends.axes, known);
    if (next.length === 0 && report !== undefined) {
      const isolation = conclude(request, report, cause);
      await writeFile(join(dir, ISOLATE_FILE), `${JSON.stringify(isolation, null, 2)}\n`);
      return { isolation, report };
    }
    asked.push(...next.flatMap((changes) => cellAt(changes) ?? []));
    report = await batch(request, asked, report?.cells ?? [], signal);
    if (signal.aborted) throw new InterruptedError();
  }
}

async function batch(
  request: IsolateRequest,
  cells: readonly Cell[],
  earlier: readonly ReportCell[],
  signal: AbortSignal,
): Promise<Report> {
  const { ends: _, samples: __, show, ...rest } = request;
  const progress = show();
  try {
    return await runScenario(
      {
        ...{ ...rest, cells, keep: false, done: new Map(), earlier, listener: progress.listener },
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

function conclude(request: IsolateRequest, report: Report, cause: Changes | undefined): Isolation {
  const { scenario, ends, samples } = request;
  const { confidence } = scenario.sampling;
  const problem = problemOf(report, ends);
  const { axes, interactions } = analyse(report, ends, cause, confidence);
  const failing = cause?.map((axis) => [axis, ends.fail.axes[axis] ?? '']);
  return {
    ...{ schema: 'repro.isolate/1', scenario: scenario.name, title: scenario.title },
    ...{ fail: ends.fail.id, pass: ends.pass.id, samples, confidence },
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
