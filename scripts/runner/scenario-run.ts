/** One scenario's part in a run: the results of its cells as they come, and its report on disk. */
import type { Capabilities } from '../../vm/machine.ts';
import type { ResolvedArtifact } from '../artifact/types.ts';
import { InterruptedError } from '../lib/errors.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import { buildReport, shareCell } from '../report/build.ts';
import { ReportWriter } from '../report/writer.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { type Begun, resumeNotes } from './begun.ts';
import type { Listener } from './events.ts';
import { hostFacts } from './host.ts';
import type { ReadyCell } from './plan.ts';
import { contentOf } from './share.ts';
import { skippedCell } from './skipped-cell.ts';
import { Stopwatch } from './stopwatch.ts';

/** What is asked of one scenario. */
export interface ScenarioRequest {
  readonly scenario: Scenario;
  /** Those of the scenario's cells to run. */
  readonly cells: readonly Cell[];
  /** The run's folder; exists. */
  readonly dir: string;
  /** As the user typed it, for the report. */
  readonly command: readonly string[];
  /** Samples that an earlier, interrupted run finished, by cell id. */
  readonly done: ReadonlyMap<string, readonly Sample[]>;
  /** What that run reported of its cells. A cell that was judged on all its samples is not run again. */
  readonly earlier: readonly ReportCell[];
  /** When it began, and was gone on with, where this isn't the first time. */
  readonly begun?: Begun | undefined;
  /** For the report: what a reader should know of how the run came about, a sentence each. */
  readonly notes?: readonly string[] | undefined;
  /** False: cells that run the very same run all the same, for whoever compares their rates. Default: true. */
  readonly share?: boolean | undefined;
}

/** The phases of a scenario's report. `artifacts` lasts until its first cell starts; others are made meanwhile. */
export type Phase = 'resolve' | 'artifacts' | 'cells';

export class ScenarioRun {
  readonly request: ScenarioRequest;
  readonly #listener: Listener;
  readonly #signal: AbortSignal;
  readonly #startedAt = new Date();
  readonly #watch = new Stopwatch();
  readonly #results = new Map<string, ReportCell>();
  /** The cell that runs a content, by its digest. */
  readonly #owners = new Map<string, string>();
  /** By the id of the cell that runs, those that wait for its result. */
  readonly #followers = new Map<string, Pick<ReadyCell, 'cell' | 'artifacts'>[]>();
  /** By kind. */
  readonly #capabilities = new Map<string, Capabilities>();
  #phase: Phase | undefined;
  #final: Promise<Report> | undefined;
  readonly #writer: ReportWriter;

  /** Tells what there is to run, and takes over what was judged earlier. */
  constructor(request: ScenarioRequest, listener: Listener, signal: AbortSignal) {
    this.request = request;
    this.#writer = new ReportWriter(request.dir);
    this.#listener = listener;
    this.#signal = signal;
    const { scenario, cells, dir } = request;
    listener({ type: 'run-start', scenario: scenario.name, cells, dir });
    const complete = completeCells(request.earlier);
    for (const cell of cells) {
      const result = complete.get(cell.id);
      if (result === undefined) continue;
      if (result.content !== undefined && result.sharedWith === undefined)
        this.#owners.set(result.content, cell.id);
      this.#tell(cell, result);
    }
  }

  /** Cells without a result. */
  get left(): Cell[] {
    return this.request.cells.filter(({ id }) => !this.#results.has(id));
  }

  enter(phase: Phase): void {
    if (this.#phase === phase || this.#final !== undefined) return;
    this.#phase = phase;
    this.#watch.phase(phase);
  }

  /** Every machine of a kind has the same. */
  ranWith(capabilities: Capabilities | undefined): void {
    if (capabilities !== undefined) this.#capabilities.set(capabilities.provider, capabilities);
  }

  /** Whether another cell runs, or ran, the very same: then this one will have its result. */
  async shares(ready: ReadyCell): Promise<boolean> {
    if (this.request.share === false) return false;
    const { cell, artifacts } = ready;
    const owner = this.#owners.get(contentOf(ready, this.request.scenario));
    if (owner === undefined) return false;
    const result = this.#results.get(owner);
    if (result !== undefined) {
      this.#tell(cell, shareCell(cell, artifacts, result));
      await this.#write();
    } else this.#follow(owner, { cell, artifacts });
    return true;
  }

  #follow(owner: string, follower: Pick<ReadyCell, 'cell' | 'artifacts'>): void {
    const others = this.#followers.get(owner);
    if (others === undefined) this.#followers.set(owner, [follower]);
    else others.push(follower);
  }

  /** As `shares`; but a cell that doesn't is from now on the one that runs it. */
  sharesOrRuns(ready: ReadyCell): Promise<boolean> {
    const answer = this.shares(ready);
    const content = contentOf(ready, this.request.scenario);
    if (!this.#owners.has(content)) this.#owners.set(content, ready.cell.id);
    return answer;
  }

  /** A cell that can't run. */
  async skip(cell: Cell, artifacts: readonly ResolvedArtifact[], failure: unknown): Promise<void> {
    const planned = cell.samples * this.request.scenario.suite.cases.length;
    this.#tell(cell, skippedCell(cell, artifacts, failure, planned));
    await this.#write();
  }

  /** Keeps the result of a cell that ran, also for those that share it. */
  async end(cell: Cell, result: ReportCell): Promise<void> {
    this.#results.set(cell.id, result);
    for (const follower of this.#followers.get(cell.id) ?? [])
      this.#tell(follower.cell, shareCell(follower.cell, follower.artifacts, result));
    await this.#write();
  }

  /** Writes the report: the last one when no cell is left. */
  async #write(): Promise<void> {
    if (this.#results.size >= this.request.cells.length) await this.finish();
    else await this.#writer.save(() => this.#report());
  }

  /** The scenario's report, written; cells that have no result are skipped for `failure`, or the interrupt. */
  finish(failure?: unknown): Promise<Report> {
    this.#final ??= this.#finish(failure ?? new InterruptedError('interrupted before it ran'));
    return this.#final;
  }

  async #finish(why: unknown): Promise<Report> {
    const planned = ({ samples }: Cell) => samples * this.request.scenario.suite.cases.length;
    for (const cell of this.left) this.#tell(cell, skippedCell(cell, [], why, planned(cell)));
    this.#watch.stop();
    const report = await this.#writer.finish(() => this.#report());
    this.#listener({ type: 'run-end', dir: this.request.dir, exitCode: report.exitCode });
    return report;
  }

  /** Keeps the result of a cell that didn't run: of others, `runCell` tells. */
  #tell(cell: Cell, result: ReportCell): void {
    this.#results.set(cell.id, result);
    this.#listener({ type: 'cell-end', cell, result });
  }

  #report(): Report {
    const { scenario, cells, begun } = this.request;
    const command = begun?.command ?? this.request.command;
    const startedAt = begun?.startedAt ?? this.#startedAt;
    return buildReport({
      scenario,
      path: scenario.file,
      startedAt,
      endedAt: new Date(),
      command,
      resumed: begun?.resumed,
      host: hostFacts([...this.#capabilities.values()]),
      phases: this.#watch.phases,
      durationMs: this.#watch.totalMs,
      interrupted: this.#signal.aborted,
      cells: cells.flatMap((cell) => this.#results.get(cell.id) ?? []),
      notes: [...resumeNotes(begun), ...(this.request.notes ?? [])],
    });
  }
}

/** Judged, on as many samples as were asked for; a shared result if that holds for the cell that ran it. */
function completeCells(earlier: readonly ReportCell[]): Map<string, ReportCell> {
  const complete = (cell: ReportCell | undefined) =>
    cell !== undefined && cell.verdict.kind !== 'skip' && cell.samples.length === cell.samplesPlanned;
  const byId = new Map(earlier.map((cell) => [cell.id, cell]));
  const ran = (cell: ReportCell) => (cell.sharedWith === undefined ? cell : byId.get(cell.sharedWith));
  return new Map(earlier.filter((cell) => complete(ran(cell))).map((cell) => [cell.id, cell]));
}
