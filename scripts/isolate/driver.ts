/** Has the runner run one batch of cells after the other, each chosen from the verdicts so far. */
import { join } from 'node:path';
import { InterruptedError } from '../lib/errors.ts';
import { writeJson } from '../lib/json.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import { runScenario, type ScenarioRunRequest } from '../runner/run.ts';
import type { Cell } from '../scenario/types.ts';
import { BEGIN, nextStep, type Question, type Steps } from './steps.ts';
import type { Isolation } from './types.ts';

export interface IsolateRequest
  extends Question,
    Omit<ScenarioRunRequest, 'cells' | 'done' | 'earlier' | 'listener' | 'keep' | 'scenario'> {
  /** Shows one batch. */
  readonly show: () => { readonly listener: ScenarioRunRequest['listener']; close(): Promise<void> };
}

export const ISOLATE_FILE = 'isolate.json';

export async function isolate(
  request: IsolateRequest,
  signal: AbortSignal,
): Promise<{ readonly isolation: Isolation; readonly report: Report }> {
  let state: Steps = BEGIN;
  for (;;) {
    const step = nextStep(request, state);
    if ('isolation' in step) {
      await writeJson(join(request.dir, ISOLATE_FILE), step.isolation);
      return step;
    }
    const report = await batch(request, step.asked, state.report?.cells ?? [], signal);
    if (signal.aborted) throw new InterruptedError();
    state = { ...step, report };
  }
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
  const { begun } = request;
  const done = new Map(cells.map((cell) => [cell.id, samplesOf(cell, known, begun)]));
  const isDone = (one: ReportCell) =>
    cells.some(({ id, samples }) => id === one.id && samples * cases.length === one.samples.length);
  const earlier = new Map([...(begun?.cells ?? []), ...known].filter(isDone).map((one) => [one.id, one]));
  try {
    return await runScenario(
      {
        ...rest,
        cells,
        keep: false,
        done,
        earlier: [...earlier.values()],
        listener: progress.listener,
        // A result that stood for two points would count twice.
        share: false,
      },
      signal,
    );
  } finally {
    await progress.close();
  }
}

/**
 * Those of this run and of an interrupted one. Of what that one took later, only as many as are asked for now: each
 * decision is made from the samples from which it was made then.
 */
function samplesOf(
  { id, samples }: Cell,
  known: readonly ReportCell[],
  begun: IsolateRequest['begun'],
): readonly Sample[] {
  const own = known.find((cell) => cell.id === id)?.samples ?? [];
  const earlier = begun?.done.get(id) ?? [];
  const ids = new Set(own.map((sample) => sample.id));
  return [...own, ...earlier.filter((sample) => sample.index <= samples && !ids.has(sample.id))];
}
