/** Searches the floors of all cells, one machine after the other. */
import type { Capabilities } from '../../vm/machine.ts';
import { UsageError } from '../lib/errors.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { begunCell } from '../runner/begun.ts';
import { recordBuilds } from '../runner/builds.ts';
import { openCell } from '../runner/cell-session.ts';
import { conduct, type ExperimentRequest } from '../runner/experiment.ts';
import { makeReady, type ReadyCell, resolveCell } from '../runner/plan.ts';
import { skippedCell } from '../runner/skipped-cell.ts';
import type { Cell } from '../scenario/types.ts';
import { choose } from './choose.ts';
import { floorsOf } from './floors.ts';
import type { SearchOptions } from './search.ts';
import type { Floors } from './types.ts';

export interface FloorRequest extends ExperimentRequest {
  /** Without their memory limit, as `cellsOf` makes them. */
  readonly cells: readonly Cell[];
  readonly options: SearchOptions;
}

const NOTE = 'The cells below count the samples of all limits together: a search makes many of them fail.';

export async function findFloors(
  request: FloorRequest,
  signal: AbortSignal,
): Promise<{ readonly floors: Floors; readonly report: Report }> {
  const { scenario, cells, options } = request;
  const { answer, report } = await conduct<Floors>(
    request,
    {
      kind: 'floor',
      cells,
      notes: [NOTE],
      async *steps(experiment) {
        for (const [at, cell] of cells.entries()) {
          const { result, capabilities } = await runOne(request, cell, at, signal);
          experiment.keep([result], capabilities);
          yield;
        }
      },
      conclude: ({ results }) => ({
        schema: 'repro.floor/1',
        scenario: scenario.name,
        title: scenario.title,
        ...options,
        floors: cells.flatMap(({ id }) => {
          const result = results.get(id);
          return result === undefined ? [] : floorsOf(result, scenario.suite.cases, options);
        }),
      }),
    },
    signal,
  );
  return { floors: answer, report };
}

async function runOne(
  { scenario, options, dir, session, providers, store, listener, begun }: FloorRequest,
  cell: Cell,
  at: number,
  signal: AbortSignal,
): Promise<{ readonly result: ReportCell; readonly capabilities: Capabilities | undefined }> {
  let ready: ReadyCell;
  try {
    const resolved = await resolveCell(cell, scenario, store, signal);
    await recordBuilds(dir, [resolved], begun?.done);
    ready = await makeReady(resolved, store, signal);
  } catch (error) {
    if (error instanceof UsageError || signal.aborted) throw error;
    const result = skippedCell(cell, [], error, 0);
    listener({ type: 'cell-end', cell, result });
    return { result, capabilities: undefined };
  }
  const provider = providers.of(cell);
  const capabilities = await provider.probe(ready.kernel, signal);
  const { suite } = scenario;
  const { done, reported } = begunCell(begun, cell.id);
  if (reported !== undefined && choose(done, suite.cases, options) === undefined) {
    listener({ type: 'cell-end', cell, result: reported });
    return { result: reported, capabilities };
  }
  await using cellSession = await openCell(
    {
      ready,
      scenario,
      provider,
      session,
      listener,
      machineId: `m${at + 1}`,
      keep: false,
      runDir: dir,
      done,
      planned: suite.cases.length * ready.cell.samples,
      // A start that fails under its limit is an answer here, whatever the scenario's symptom is.
      spoils: ({ outcome }) => outcome === 'error',
    },
    signal,
  );
  for (;;) {
    const next = choose(cellSession.samples, suite.cases, options);
    if (next === undefined || (await cellSession.take(next)) === undefined) break;
  }
  return { result: await cellSession.close(cellSession.samples.length), capabilities };
}
