/** Cells that are up at once and take samples in turns, one at a time: what slows the host down slows all of them. */
import type { Capabilities, MachineProvider } from '../../vm/machine.ts';
import { UsageError } from '../lib/errors.ts';
import type { ReportCell } from '../report/model.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { runCell } from './cell.ts';
import type { Listener } from './events.ts';
import { type ArtifactStore, makeReady, type ReadyCell, resolveCell } from './plan.ts';
import { skippedCell } from './skipped-cell.ts';
import type { Turns } from './turns.ts';

export interface SideBySide {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
  readonly turns: Turns;
  /** Begins the names of the machines; unique in the session. */
  readonly machines: string;
  readonly dir: string;
  readonly session: string;
  readonly provider: MachineProvider;
  readonly store: ArtifactStore;
  readonly listener: Listener;
}

/** One result a cell, in their order; all are skipped when one can't be had. */
export async function runSideBySide(
  { scenario, cells, turns, machines, dir, session, provider, store, listener }: SideBySide,
  signal: AbortSignal,
): Promise<{ readonly results: readonly ReportCell[]; readonly capabilities: Capabilities | undefined }> {
  let ready: readonly ReadyCell[];
  try {
    ready = await Promise.all(
      cells.map(async (cell) => makeReady(await resolveCell(cell, scenario, store, signal), store, signal)),
    );
  } catch (error) {
    if (error instanceof UsageError || signal.aborted) throw error;
    const results = cells.map((cell) => {
      const result = skippedCell(cell, [], error, cell.samples * scenario.suite.cases.length);
      listener({ type: 'cell-end', cell, result });
      return result;
    });
    return { results, capabilities: undefined };
  }
  const [first] = ready;
  const capabilities = first && (await provider.probe(first.kernel, signal));
  const { suite, symptom, console } = scenario;
  const results = await Promise.all(
    ready.map((one, at) =>
      runCell(
        {
          ...{ ready: one, suiteId: suite.id, cases: suite.cases, symptom, console, provider, session },
          ...{ machineId: `${machines}-${at + 1}`, keep: false, runDir: dir, done: [], turns, listener },
        },
        signal,
      ).finally(() => turns.leave(one.cell.id)),
    ),
  );
  return { results, capabilities };
}
