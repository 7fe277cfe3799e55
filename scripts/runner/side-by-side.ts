/** Cells that are up at once and take samples in turns, one at a time: what slows the host down slows all of them. */
import type { Capabilities } from '../../vm/machine.ts';
import { UsageError } from '../lib/errors.ts';
import type { ReportCell, ReportSample } from '../model/cell.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { judgeSample } from '../verdict/judge.ts';
import { type Begun, begunCell } from './begun.ts';
import { recordBuilds } from './builds.ts';
import { type CellSession, openCell } from './cell-session.ts';
import type { Listener } from './events.ts';
import { type ArtifactStore, makeReady, type ReadyCell, resolveCell } from './plan.ts';
import type { Providers } from './providers.ts';
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
  readonly providers: Providers;
  readonly store: ArtifactStore;
  readonly listener: Listener;
  readonly begun?: Begun | undefined;
}

export interface SideBySideResult {
  /** One a cell, in their order. */
  readonly results: readonly ReportCell[];
  /** The turns that were taken, in order. */
  readonly taken: readonly Turn[];
  readonly capabilities: Capabilities | undefined;
}

/**
 * All cells are skipped when one can't be had, and all end when one does: there is nothing to compare with. Throws
 * UsageError, also `changed` where samples of another build are there.
 */
export async function runSideBySide(request: SideBySide, signal: AbortSignal): Promise<SideBySideResult> {
  const { scenario, cells, providers, store, listener } = request;
  let ready: readonly ReadyCell[];
  try {
    const resolved = await Promise.all(cells.map((cell) => resolveCell(cell, scenario, store, signal)));
    await recordBuilds(request.dir, resolved, request.begun?.done);
    ready = await Promise.all(resolved.map((cell) => makeReady(cell, store, signal)));
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
  const capabilities = first && (await providers.of(first.cell).probe(first.kernel, signal));
  const replayed = replay(request);
  const reported = cells.flatMap(({ id }) => begunCell(request.begun, id).reported ?? []);
  if (replayed.over && reported.length === cells.length) {
    for (const [at, cell] of cells.entries()) {
      const result = reported[at];
      if (result !== undefined) listener({ type: 'cell-end', cell, result });
    }
    return { results: reported, taken: replayed.taken, capabilities };
  }
  const sessions = await Promise.all(ready.map((one, at) => open(request, one, at, signal)));
  if (!replayed.over) await Promise.all(sessions.map((session) => session.start()));
  const taken = replayed.over ? replayed.taken : await takeTurns(request, sessions);
  const stopped = taken.length < request.turns.length;
  const results = await Promise.all(
    sessions.map((session) => session.close(stopped ? session.samples.length : undefined)),
  );
  return { results, taken, capabilities };
}

/** The turns that an earlier run took, up to the first that it did not; `over`: no more are to be taken. */
function replay({ scenario, cells, turns, enough, begun }: SideBySide): {
  readonly taken: readonly Turn[];
  readonly over: boolean;
} {
  const { symptom, kernelLog } = scenario;
  const samples = cells.map((): ReportSample[] => []);
  const taken: Turn[] = [];
  for (const turn of turns) {
    const at = cells.findIndex(({ id }) => id === turn.cell);
    const sample = begunCell(begun, turn.cell).done.find(({ id }) => id === turn.sample);
    if (sample === undefined) return { taken, over: false };
    samples[at]?.push({ ...sample, ...judgeSample(symptom, sample, kernelLog) });
    taken.push(turn);
    if (enough(samples)) break;
  }
  return { taken, over: true };
}

function open(
  { scenario, providers, session, machines, dir, listener, begun }: SideBySide,
  ready: ReadyCell,
  at: number,
  signal: AbortSignal,
): Promise<CellSession> {
  return openCell(
    {
      ready,
      scenario,
      provider: providers.of(ready.cell),
      session,
      machineId: `${machines}-${at + 1}`,
      keep: false,
      runDir: dir,
      done: begunCell(begun, ready.cell.id).done,
      planned: ready.cell.samples * scenario.suite.cases.length,
      listener,
    },
    signal,
  );
}

/** Those taken, in order: of an earlier run, then of this one. Ends with the first that can't be taken. */
async function takeTurns(
  { cells, turns, enough }: SideBySide,
  sessions: readonly CellSession[],
): Promise<readonly Turn[]> {
  const taken: Turn[] = [];
  for (const turn of turns) {
    const session = sessions[cells.findIndex(({ id }) => id === turn.cell)];
    if (session === undefined) throw new Error(`no cell ${turn.cell}`);
    const isDone = session.samples.some(({ id }) => id === turn.sample);
    if (!isDone) {
      if (sessions.some(({ ended }) => ended)) break;
      const { caseId, index } = turn;
      if ((await session.take({ caseId, index })) === undefined) break;
    }
    taken.push(turn);
    if (!isDone && enough(sessions.map(({ samples }) => samples))) break;
  }
  return taken;
}
