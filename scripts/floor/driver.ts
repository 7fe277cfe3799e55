/** Searches the floors of all cells, one machine after the other. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capabilities, MachineProvider } from '../../vm/machine.ts';
import { InterruptedError, UsageError } from '../lib/errors.ts';
import { buildReport } from '../report/build.ts';
import { writeReport } from '../report/json.ts';
import type { Report, ReportCell } from '../report/model.ts';
import { openCell } from '../runner/cell-session.ts';
import type { Listener } from '../runner/events.ts';
import { hostFacts } from '../runner/host.ts';
import { type ArtifactStore, makeReady, type ReadyCell, resolveCell } from '../runner/plan.ts';
import { skippedCell } from '../runner/skipped-cell.ts';
import { Stopwatch } from '../runner/stopwatch.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { choose } from './choose.ts';
import { floorsOf } from './floors.ts';
import type { SearchOptions } from './search.ts';
import type { Floors } from './types.ts';

export interface FloorRequest {
  readonly scenario: Scenario;
  /** Without their memory limit, as `cellsOf` makes them. */
  readonly cells: readonly Cell[];
  readonly options: SearchOptions;
  readonly dir: string;
  readonly session: string;
  readonly command: readonly string[];
  readonly provider: MachineProvider;
  readonly store: ArtifactStore;
  readonly listener: Listener;
}

export const FLOOR_FILE = 'floor.json';

export async function findFloors(
  request: FloorRequest,
  signal: AbortSignal,
): Promise<{ readonly floors: Floors; readonly report: Report }> {
  const { scenario, cells, options, dir, command, listener } = request;
  const startedAt = new Date();
  const watch = new Stopwatch();
  const results: ReportCell[] = [];
  let capabilities: Capabilities | undefined;
  listener({ type: 'run-start', scenario: scenario.name, cells, dir });
  watch.phase('cells');
  listener({ type: 'phase', name: 'cells' });
  const written = async () => {
    const report = buildReport({
      ...{ scenario, path: scenario.file, startedAt, endedAt: new Date(), command, cells: results },
      ...{ interrupted: signal.aborted, host: hostFacts(capabilities), phases: watch.phases },
      notes: ['The cells below count the samples of all limits together: a search makes many of them fail.'],
    });
    const floors: Floors = {
      ...{ schema: 'repro.floor/1', scenario: scenario.name, title: scenario.title, ...options },
      floors: results.flatMap((cell) => floorsOf(cell, scenario.suite.cases, options)),
    };
    await writeReport(dir, report);
    await writeFile(join(dir, FLOOR_FILE), `${JSON.stringify(floors, null, 2)}\n`);
    return { floors, report };
  };
  for (const [at, cell] of cells.entries()) {
    if (signal.aborted) break;
    const one = await runOne(request, cell, at, signal);
    capabilities ??= one.capabilities;
    results.push(one.result);
    await written();
  }
  const { floors, report } = await written();
  listener({ type: 'run-end', dir, exitCode: report.exitCode });
  if (signal.aborted) throw new InterruptedError();
  return { floors, report };
}

async function runOne(
  { scenario, options, dir, session, provider, store, listener }: FloorRequest,
  cell: Cell,
  at: number,
  signal: AbortSignal,
): Promise<{ readonly result: ReportCell; readonly capabilities: Capabilities | undefined }> {
  let ready: ReadyCell;
  try {
    ready = await makeReady(await resolveCell(cell, scenario, store, signal), store, signal);
  } catch (error) {
    if (error instanceof UsageError || signal.aborted) throw error;
    const result = skippedCell(cell, [], error, 0);
    listener({ type: 'cell-end', cell, result });
    return { result, capabilities: undefined };
  }
  const capabilities = await provider.probe(ready.kernel, signal);
  const { suite, symptom, console } = scenario;
  await using cellSession = await openCell(
    {
      ready,
      suiteId: suite.id,
      symptom,
      console,
      provider,
      session,
      listener,
      machineId: `m${at + 1}`,
      keep: false,
      runDir: dir,
      done: [],
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
  const result = await cellSession.close(cellSession.samples.length);
  return { result, capabilities };
}
