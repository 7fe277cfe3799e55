/** Asks the cells of a design, one machine after the other. */
import type { Capabilities } from '../../vm/machine.ts';
import { UsageError } from '../lib/errors.ts';
import type { ReportCell } from '../model/cell.ts';
import { begunCell } from '../runner/begun.ts';
import { recordBuilds } from '../runner/builds.ts';
import { openCell } from '../runner/cell-session.ts';
import { type Answered, conduct, type ExperimentRequest } from '../runner/experiment.ts';
import { makeReady, type ReadyCell, resolveCell } from '../runner/plan.ts';
import { skippedCell } from '../runner/skipped-cell.ts';
import type { Cell } from '../scenario/types.ts';
import type { CellDesign } from './verb.ts';

export interface DesignRequest<Answer> extends ExperimentRequest {
  /** Names the file of the answer, `<verb>.json`. */
  readonly verb: string;
  readonly design: CellDesign<Answer>;
  /** As the design made them. */
  readonly cells: readonly Cell[];
}

export function askCells<Answer>(
  request: DesignRequest<Answer>,
  signal: AbortSignal,
): Promise<Answered<Answer>> {
  const { verb, design, cells, scenario } = request;
  return conduct<Answer>(
    request,
    {
      kind: verb,
      cells,
      notes: design.notes ?? [],
      async *steps(experiment) {
        for (const at of cells.keys()) {
          const { result, capabilities } = await askCell(request, at, signal);
          experiment.keep([result], capabilities);
          yield;
        }
      },
      conclude: ({ results }) => {
        const found = cells.flatMap(({ id }) => results.get(id) ?? []);
        return design.conclude(found, scenario);
      },
    },
    signal,
  );
}

interface AskedCell {
  readonly result: ReportCell;
  /** Undefined where no machine was needed. */
  readonly capabilities: Capabilities | undefined;
}

async function askCell<Answer>(
  { scenario, design, cells, dir, session, providers, store, listener, begun }: DesignRequest<Answer>,
  at: number,
  signal: AbortSignal,
): Promise<AskedCell> {
  const cell = cells[at];
  if (cell === undefined) throw new Error(`no cell ${at}`);
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
  if (reported !== undefined && design.next(done, suite.cases) === undefined) {
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
      // A failure may be an answer here, whatever the scenario's symptom is.
      spoils: ({ outcome }) => outcome === 'error',
    },
    signal,
  );
  for (;;) {
    const next = design.next(cellSession.samples, suite.cases);
    if (next === undefined || (await cellSession.take(next)) === undefined) break;
  }
  return { result: await cellSession.close(cellSession.samples.length), capabilities };
}
