/**
 * What all verbs do alike that run cells for one answer: they begin, write their report and their answer after each
 * step, and end. A verb says which steps there are and what follows from their results.
 */
import { join } from 'node:path';
import type { Capabilities } from '../../vm/machine.ts';
import { InterruptedError } from '../lib/errors.ts';
import { writeJson } from '../lib/json.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { buildReport } from '../report/build.ts';
import { writeReport } from '../report/json.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { type Begun, resumeNotes } from './begun.ts';
import type { Listener } from './events.ts';
import { hostFacts } from './host.ts';
import type { ArtifactStore } from './plan.ts';
import type { Providers } from './providers.ts';
import { Stopwatch } from './stopwatch.ts';

export interface ExperimentRequest {
  readonly scenario: Scenario;
  /** The run's folder; exists. */
  readonly dir: string;
  readonly session: string;
  /** As the user typed it, for the report. */
  readonly command: readonly string[];
  readonly providers: Providers;
  readonly store: ArtifactStore;
  readonly listener: Listener;
  /** What was found before it was interrupted; undefined for a new one. */
  readonly begun?: Begun | undefined;
}

export interface Design<Answer> {
  /** Names the file of the answer, `<kind>.json`. */
  readonly kind: string;
  /** In the order of the report. */
  readonly cells: readonly Cell[];
  readonly notes: readonly string[];
  /** Runs cells, and yields whenever there is something new to keep. */
  readonly steps: (experiment: Experiment) => AsyncIterable<void>;
  /** The answer as far as it is known. */
  readonly conclude: (experiment: Experiment) => Answer;
}

export interface Answered<Answer> {
  readonly answer: Answer;
  readonly report: Report;
}

/** What has come out so far. */
export class Experiment {
  readonly #results = new Map<string, ReportCell>();
  readonly #watch = new Stopwatch();
  readonly #listener: Listener;
  /** By kind. */
  readonly #capabilities = new Map<string, Capabilities>();

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  get results(): ReadonlyMap<string, ReportCell> {
    return this.#results;
  }

  /** Of the kinds that made machines. */
  get capabilities(): readonly Capabilities[] {
    return [...this.#capabilities.values()];
  }

  get phases(): Report['phases'] {
    return this.#watch.phases;
  }

  phase(name: string): void {
    this.#watch.phase(name);
    this.#listener({ type: 'phase', name });
  }

  keep(results: readonly ReportCell[], capabilities: Capabilities | undefined): void {
    for (const result of results) this.#results.set(result.id, result);
    if (capabilities !== undefined) this.#capabilities.set(capabilities.provider, capabilities);
  }
}

/** Throws InterruptedError when `signal` is aborted, after what was found is on disk. */
export async function conduct<Answer>(
  request: ExperimentRequest,
  design: Design<Answer>,
  signal: AbortSignal,
): Promise<Answered<Answer>> {
  const { scenario, dir, listener, begun } = request;
  const experiment = new Experiment(listener);
  const startedAt = begun?.startedAt ?? new Date();
  const write = async (): Promise<Answered<Answer>> => {
    const report = buildReport({
      scenario,
      path: scenario.file,
      startedAt,
      endedAt: new Date(),
      resumed: begun?.resumed,
      command: begun?.command ?? request.command,
      interrupted: signal.aborted,
      host: hostFacts(experiment.capabilities),
      phases: experiment.phases,
      notes: [...design.notes, ...resumeNotes(begun)],
      cells: design.cells.flatMap(({ id }) => experiment.results.get(id) ?? []),
    });
    const answer = design.conclude(experiment);
    await writeReport(dir, report);
    await writeJson(join(dir, `${design.kind}.json`), answer);
    return { answer, report };
  };
  listener({ type: 'run-start', scenario: scenario.name, cells: design.cells, dir });
  experiment.phase('cells');
  try {
    for await (const _ of design.steps(experiment)) {
      await write();
      if (signal.aborted) break;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const answered = await write();
  listener({ type: 'run-end', dir, exitCode: answered.report.exitCode });
  if (signal.aborted) throw new InterruptedError();
  return answered;
}
