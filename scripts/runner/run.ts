/** Runs a scenario's cells and writes the report. Whatever fails on the way, what was found is on disk. */
import { cpus, freemem } from 'node:os';
import pLimit from 'p-limit';
import type { Capabilities, MachineProvider } from '../../vm/machine.ts';
import type { Sample } from '../evidence/types.ts';
import { InterruptedError, UsageError } from '../lib/errors.ts';
import { buildReport } from '../report/build.ts';
import { writeReport } from '../report/json.ts';
import type { Report, ReportCell } from '../report/model.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { type ReadyCell, runCell, skippedCell } from './cell.ts';
import type { Listener } from './events.ts';
import { hostFacts } from './host.ts';
import { type ArtifactStore, makeReady, type ResolvedCell, resolveCell } from './plan.ts';
import { Stopwatch } from './stopwatch.ts';

export interface RunRequest {
  readonly scenario: Scenario;
  /** Those of the scenario's cells to run. */
  readonly cells: readonly Cell[];
  /** The run's folder; exists. */
  readonly dir: string;
  /** Cells side by side; chosen by cores and free memory when undefined. */
  readonly jobs: number | undefined;
  readonly keep: boolean;
  readonly session: string;
  /** As the user typed it, for the report. */
  readonly command: readonly string[];
  readonly provider: MachineProvider;
  readonly store: ArtifactStore;
  /** Samples that an earlier, interrupted run finished, by cell id. */
  readonly done: ReadonlyMap<string, readonly Sample[]>;
  /** What that run reported of its cells. A cell that was judged on all its samples is not run again. */
  readonly earlier: readonly ReportCell[];
  readonly listener: Listener;
}

/** MiB that QEMU took beside the guest's memory in a whole run under TCG: its translation cache, buffers, code. */
const QEMU_OVERHEAD_MIB = 650;

export async function runScenario(request: RunRequest, signal: AbortSignal): Promise<Report> {
  const { scenario, cells, dir, listener, store } = request;
  const startedAt = new Date();
  const watch = new Stopwatch();
  const results = new Map<string, ReportCell>();
  let capabilities: Capabilities | undefined;
  /** What ended the run as a whole; the report of what was found before is written all the same. */
  let failure: unknown;
  const phase = (name: string) => {
    watch.phase(name);
    listener({ type: 'phase', name });
  };
  const skip = (cell: Cell, artifacts: ResolvedCell['artifacts'], failure: unknown) => {
    const planned = cell.samples * scenario.suite.cases.length;
    const result = skippedCell(cell, artifacts, failure, planned);
    results.set(cell.id, result);
    listener({ type: 'cell-end', cell, result });
  };
  const report = () =>
    buildReport({
      ...{ scenario, path: scenario.file, startedAt, endedAt: new Date(), command: request.command },
      ...{ host: hostFacts(capabilities), phases: watch.phases, interrupted: signal.aborted },
      cells: cells.flatMap((cell) => results.get(cell.id) ?? []),
      notes: [],
    });

  listener({ type: 'run-start', scenario: scenario.name, cells, dir });
  for (const cell of cells) {
    const result = request.earlier.find((one) => one.id === cell.id && isComplete(one));
    if (result === undefined) continue;
    results.set(cell.id, result);
    listener({ type: 'cell-end', cell, result });
  }
  const left = cells.filter((cell) => !results.has(cell.id));
  try {
    phase('resolve');
    const resolved = await each(
      left,
      (cell) => resolveCell(cell, scenario, store, signal),
      (cell, error) => skip(cell, [], error),
    );
    phase('artifacts');
    const ready = await each(
      resolved,
      (one) => makeReady(one, store, signal),
      (one, error) => skip(one.cell, one.artifacts, error),
    );
    const [first] = ready;
    if (first !== undefined) {
      capabilities = await request.provider.probe(first.kernel, signal);
      if (capabilities !== undefined) {
        listener({
          type: 'notice',
          text: `machines run with ${capabilities.accelerator}: ${capabilities.why}`,
        });
      }
      phase('cells');
      const limit = pLimit(request.jobs ?? defaultJobs(ready));
      await Promise.all(
        ready.map((one, index) =>
          limit(async () => {
            if (signal.aborted) return;
            results.set(one.cell.id, await runCell(orderOf(request, one, index), signal));
            await writeReport(dir, report());
          }),
        ),
      );
    }
  } catch (error) {
    if (!signal.aborted) failure = error;
  }
  const why = failure ?? new InterruptedError('interrupted before it ran');
  for (const cell of cells) {
    if (!results.has(cell.id)) skip(cell, [], why);
  }
  watch.stop();
  const final = report();
  await writeReport(dir, final);
  if (failure !== undefined) throw failure;
  listener({ type: 'run-end', dir, exitCode: final.exitCode });
  return final;
}

/** Judged, on as many samples as were asked for. */
function isComplete({ verdict, samples, samplesPlanned }: ReportCell): boolean {
  return verdict.kind !== 'skip' && samples.length === samplesPlanned;
}

/** How many cells run side by side when nobody says: as many as have their CPUs and their memory here. */
export function defaultJobs(
  ready: readonly Pick<ReadyCell, 'cell'>[],
  cores = cpus().length,
  free = freemem(),
): number {
  const cpu = Math.max(...ready.map(({ cell }) => cell.machine.cpus));
  const memory = Math.max(...ready.map(({ cell }) => cell.machine.memoryMiB)) + QEMU_OVERHEAD_MIB;
  return Math.max(1, Math.min(Math.floor(cores / cpu), Math.floor(free / 1024 ** 2 / memory)));
}

/** All at once; those that fail are handed to `failed`. A user's mistake ends the run instead. */
async function each<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  failed: (item: T, error: unknown) => void,
): Promise<R[]> {
  const settled = await Promise.allSettled(items.map(work));
  return settled.flatMap((one, index) => {
    if (one.status === 'fulfilled') return [one.value];
    if (one.reason instanceof UsageError || one.reason instanceof InterruptedError) throw one.reason;
    failed(items[index] as T, one.reason);
    return [];
  });
}

function orderOf(request: RunRequest, ready: ReadyCell, index: number): Parameters<typeof runCell>[0] {
  const { scenario, provider, session, keep, dir, done, listener } = request;
  return {
    ...{
      ready,
      suiteId: scenario.suite.id,
      cases: scenario.suite.cases,
      symptom: scenario.symptom,
      provider,
      session,
    },
    ...{ machineId: `m${index + 1}`, keep, runDir: dir, done: done.get(ready.cell.id) ?? [], listener },
  };
}
