/**
 * Runs the cells of one or several scenarios in one pool, and writes a report for each. Whatever fails on the
 * way, what was found is on disk.
 */
import type { Capabilities } from '../../vm/machine.ts';
import { InterruptedError, UsageError } from '../lib/errors.ts';
import type { Report } from '../model/report.ts';
import { recordBuilds } from './builds.ts';
import { CellTask, type Probe, type RunEnvironment } from './cell-task.ts';
import { interleave, mostInformativeFirst } from './order.ts';
import { type ReadyCell, type ResolvedCell, resolveCell } from './plan.ts';
import { type PoolOptions, runPool } from './pool.ts';
import { kindOf } from './providers.ts';
import { type ScenarioRequest, ScenarioRun } from './scenario-run.ts';
import { isTimingSensitive } from './timing.ts';

export type RunOptions = RunEnvironment & PoolOptions;
export type ScenarioRunRequest = ScenarioRequest & RunOptions;

export async function runScenario(request: ScenarioRunRequest, signal: AbortSignal): Promise<Report> {
  const [report] = await runScenarios([request], request, signal);
  if (report === undefined) throw new Error('a scenario without a report');
  return report;
}

/** The reports, in the order of the scenarios. An error that ends one ends all; their reports are written first. */
export async function runScenarios(
  requests: readonly ScenarioRequest[],
  options: RunOptions,
  signal: AbortSignal,
): Promise<Report[]> {
  const { listener, keep } = options;
  if (keep) refuseKeptSamples(requests);
  const runs = requests.map((request) => new ScenarioRun(request, listener, signal));
  /** What ended the run as a whole. */
  let failure: unknown;
  try {
    listener({ type: 'phase', name: 'resolve' });
    const resolved = await allOf(runs.map((run) => resolve(run, options, signal)));
    listener({ type: 'phase', name: 'artifacts' });
    await runPool(tasksOf(runs, resolved, options, signal), options, signal);
  } catch (error) {
    if (!signal.aborted) failure = error;
  }
  const reports = allOf(runs.map((run) => run.finish(failure)));
  if (failure === undefined) return reports;
  // Why the run ended says more than why its report could not be written either.
  await reports.catch(() => undefined);
  throw failure;
}

/** One machine a cell can be kept, and not one a sample. */
function refuseKeptSamples(requests: readonly ScenarioRequest[]): void {
  const cell = requests.flatMap(({ cells }) => cells).find(({ machine }) => machine.fresh === 'sample');
  if (cell === undefined) return;
  throw new UsageError('keep', `--keep: ${cell.id} takes a new machine for each sample (machine.fresh)`, {
    hint: 'run it without --keep, or with machine.fresh: cell',
  });
}

/** Waits for all of them, also when some fail; then throws the first failure. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** The builds that each cell names. A cell whose builds can't be had is skipped; a user's mistake ends the run. */
async function resolve(
  run: ScenarioRun,
  { store }: RunEnvironment,
  signal: AbortSignal,
): Promise<ResolvedCell[]> {
  run.enter('resolve');
  const { left } = run;
  const resolved = await allOf(
    left.map(async (cell) => {
      try {
        return await resolveCell(cell, run.request.scenario, store, signal);
      } catch (error) {
        if (error instanceof UsageError || error instanceof InterruptedError) throw error;
        await run.skip(cell, [], error);
        return undefined;
      }
    }),
  );
  run.enter('artifacts');
  const found = resolved.filter((one) => one !== undefined);
  await recordBuilds(run.request.dir, found, run.request.done);
  return found;
}

/**
 * The scenarios take turns, each with its most informative cells first. Those whose cells need the host to themselves
 * come last: beside them nothing else can run, and so the host is emptied for them once.
 */
function tasksOf(
  runs: readonly ScenarioRun[],
  resolved: readonly (readonly ResolvedCell[])[],
  options: RunEnvironment,
  signal: AbortSignal,
): CellTask[] {
  const probe = probeOnce(options, signal);
  const turns = (alone: boolean) =>
    interleave(
      runs.flatMap((run, at) => {
        if (isTimingSensitive(run.request.scenario) !== alone) return [];
        return [mostInformativeFirst(resolved[at] ?? []).map((one) => ({ run, resolved: one }))];
      }),
    );
  return [...turns(false), ...turns(true)].map((one, at) => new CellTask(`m${at + 1}`, one, options, probe));
}

/** The first to ask of a kind tells what its machines run with; the first of all, that the cells begin. */
function probeOnce({ providers, listener }: RunEnvironment, signal: AbortSignal): Probe {
  const answers = new Map<string, Promise<Capabilities | undefined>>();
  const ask = async ({ cell, kernel }: ReadyCell, isFirst: boolean) => {
    const found = await providers.of(cell).probe(kernel, signal);
    if (found !== undefined) {
      const which = isFirst ? 'machines' : `machines by ${found.name}`;
      listener({ type: 'notice', text: `${which} run with ${found.accelerator}: ${found.why}` });
    }
    if (isFirst) listener({ type: 'phase', name: 'cells' });
    return found;
  };
  return (ready) => {
    const kind = kindOf(ready.cell);
    const answer = answers.get(kind) ?? ask(ready, answers.size === 0);
    answers.set(kind, answer);
    return answer;
  };
}
