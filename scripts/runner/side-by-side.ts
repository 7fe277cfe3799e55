/** Cells that are up at once and take samples in turns, one at a time: what slows the host down slows all of them. */
import type { Capabilities, MachineProvider } from '../../vm/machine.ts';
import { UsageError } from '../lib/errors.ts';
import type { ReportCell, ReportSample } from '../report/model.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { type CellSession, openCell } from './cell-session.ts';
import type { Listener } from './events.ts';
import { type ArtifactStore, makeReady, type ReadyCell, resolveCell } from './plan.ts';
import { skippedCell } from './skipped-cell.ts';
import type { Turn } from './turns.ts';

export interface SideBySide {
  readonly scenario: Scenario;
  readonly cells: readonly Cell[];
  readonly turns: readonly Turn[];
  /** Whether the samples so far, of the cells in their order, are enough. */
  readonly enough: (samples: readonly (readonly ReportSample[])[]) => boolean;
  /** Begins the names of the machines; unique in the session. */
  readonly machines: string;
  readonly dir: string;
  readonly session: string;
  readonly provider: MachineProvider;
  readonly store: ArtifactStore;
  readonly listener: Listener;
}

export interface SideBySideResult {
  /** One a cell, in their order. */
  readonly results: readonly ReportCell[];
  /** The turns that were taken, in order. */
  readonly taken: readonly Turn[];
  readonly capabilities: Capabilities | undefined;
}

/** All cells are skipped when one can't be had, and all end when one does: there is nothing to compare with. */
export async function runSideBySide(request: SideBySide, signal: AbortSignal): Promise<SideBySideResult> {
  const { scenario, cells, provider, store, listener } = request;
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
    return { results, taken: [], capabilities: undefined };
  }
  const [first] = ready;
  const capabilities = first && (await provider.probe(first.kernel, signal));
  const sessions = await Promise.all(ready.map((one, at) => open(request, one, at, signal)));
  await Promise.all(sessions.map((session) => session.start()));
  const { taken, stopped } = await takeTurns(request, sessions);
  const results = await Promise.all(
    sessions.map((session) => session.close(stopped ? session.samples.length : undefined)),
  );
  return { results, taken, capabilities };
}

function open(
  { scenario, provider, session, machines, dir, listener }: SideBySide,
  ready: ReadyCell,
  at: number,
  signal: AbortSignal,
): Promise<CellSession> {
  const { suite, symptom, console } = scenario;
  return openCell(
    {
      ready,
      suiteId: suite.id,
      symptom,
      console,
      provider,
      session,
      machineId: `${machines}-${at + 1}`,
      keep: false,
      runDir: dir,
      done: [],
      planned: ready.cell.samples * suite.cases.length,
      listener,
    },
    signal,
  );
}

/** `stopped`: they ended before the last turn. */
async function takeTurns(
  { cells, turns, enough }: SideBySide,
  sessions: readonly CellSession[],
): Promise<{ readonly taken: readonly Turn[]; readonly stopped: boolean }> {
  const taken: Turn[] = [];
  for (const turn of turns) {
    const session = sessions[cells.findIndex(({ id }) => id === turn.cell)];
    if (sessions.some(({ ended }) => ended)) break;
    const { caseId, index } = turn;
    if (session === undefined || (await session.take({ caseId, index })) === undefined) break;
    taken.push(turn);
    if (enough(sessions.map(({ samples }) => samples))) break;
  }
  return { taken, stopped: taken.length < turns.length };
}
