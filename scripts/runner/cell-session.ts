/**
 * A cell that takes samples as they are asked for: its machine, their evidence, a verdict. Which sample is next is
 * the caller's to say.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine, MachineProvider } from '../../vm/machine.ts';
import { mergeWarnings } from '../evidence/warnings.ts';
import { MachineError, messageOf } from '../lib/errors.ts';
import { makeFolder } from '../lib/files.ts';
import { ownFolder } from '../lib/owned.ts';
import type { ReportCell, ReportSample } from '../model/cell.ts';
import type { GuestComponent } from '../model/guest.ts';
import type { Sample } from '../model/sample.ts';
import { buildCell } from '../report/build.ts';
import type { Scenario } from '../scenario/types.ts';
import { loadSuite } from '../suites/registry.ts';
import { judgeCell, judgeSample } from '../verdict/judge.ts';
import { stillAlive } from './alive.ts';
import { CellMachine, type SampleRequest } from './cell-machine.ts';
import type { Listener } from './events.ts';
import { cellDir } from './folder.ts';
import { GuestClock } from './guest-clock.ts';
import { appendSample, correctSample } from './journal.ts';
import type { ReadyCell } from './plan.ts';
import { Stopwatch } from './stopwatch.ts';

export interface CellRequest {
  readonly ready: ReadyCell;
  /** What its samples run, and how they are judged. */
  readonly scenario: Pick<Scenario, 'suite' | 'symptom' | 'kernelLog'>;
  readonly provider: MachineProvider;
  readonly session: string;
  /** Unique in the session; names the machine. */
  readonly machineId: string;
  readonly keep: boolean;
  readonly runDir: string;
  /** Samples that an earlier, interrupted run finished. */
  readonly done: readonly Sample[];
  /** The most samples that are to be there at the end. */
  readonly planned: number;
  readonly listener: Listener;
  /** Told of each machine once it is there. */
  readonly onMachine?: ((machine: Machine) => void) | undefined;
  /** For the report: what the cell runs, as a digest. */
  readonly content?: string | undefined;
  /** Whether a sample leaves a machine that the next one must not have; by default one that could not be judged. */
  readonly spoils?: ((sample: ReportSample) => boolean) | undefined;
  /** Milliseconds that each step after the samples may take, reading versions and logs. */
  readonly closingMs?: number | undefined;
}

export interface CellSession extends AsyncDisposable {
  /** Those of an earlier run, then those taken, in order. */
  readonly samples: readonly ReportSample[];
  /** Whether no more samples can be had: its machine failed, or the run was interrupted. `close` tells why. */
  readonly ended: boolean;
  /** Boots, so that the first `take` need not. Throws nothing: a failure ends the session. */
  start(): Promise<void>;
  /** Undefined when the session has ended. */
  take(wanted: SampleRequest): Promise<ReportSample | undefined>;
  /** `planned`: samples asked for, where that isn't what the request said. The second call gives the same. */
  close(planned?: number): Promise<ReportCell>;
}

const CLOSING_MS = 60_000;

/** Nothing boots before `start`, or the first `take`. */
export async function openCell(request: CellRequest, signal: AbortSignal): Promise<CellSession> {
  const { cell } = request.ready;
  request.listener({ type: 'cell-start', cell });
  return new Session(request, cellDir(cell), signal);
}

/** By default: what the sample left running would be there for the next one. */
const isUnjudged = ({ judged, outcome }: ReportSample): boolean =>
  judged === 'unjudged' || outcome === 'error';

class Session implements CellSession {
  readonly #request: CellRequest;
  readonly #dir: string;
  /** For the suite's files on the host; there from the first machine on. */
  #scratch: string | undefined;
  readonly #signal: AbortSignal;
  readonly #watch = new Stopwatch();
  readonly #clock = new GuestClock();
  readonly #samples: ReportSample[];
  /** All that were there, in order. */
  readonly #machines: CellMachine[] = [];
  /** The one in use; undefined before the first, and where one could not be replaced. */
  #current: CellMachine | undefined;
  /** Machines of the runs before. */
  readonly #earlier: number;
  #failure: unknown;
  #spoiledBy: string | undefined;
  #result: Promise<ReportCell> | undefined;

  constructor(request: CellRequest, dir: string, signal: AbortSignal) {
    this.#request = request;
    this.#dir = dir;
    this.#signal = signal;
    this.#samples = request.done.map((sample) => this.#judged(sample));
    this.#earlier = Math.max(0, ...request.done.map(({ machine }) => machine ?? 1));
  }

  get samples(): readonly ReportSample[] {
    return this.#samples;
  }

  get ended(): boolean {
    return this.#failure !== undefined;
  }

  async start(): Promise<void> {
    await this.#orEnd(() => this.#fresh());
  }

  async take(wanted: SampleRequest): Promise<ReportSample | undefined> {
    return this.#orEnd(async () => {
      const place = await this.#fresh();
      const { ready, runDir, listener, planned, spoils = isUnjudged } = this.#request;
      this.#signal.throwIfAborted();
      place.machine.lost.throwIfAborted();
      const { cell } = ready;
      const n = this.#samples.length + 1;
      const id = `${wanted.caseId}#${wanted.index}`;
      listener({ type: 'sample-start', cell, sample: id, n, total: planned });
      const { sample, failure } = await place.sample(wanted, this.#signal);
      // An interrupted sample told nothing; resuming runs it again.
      if (!place.machine.lost.aborted) this.#signal.throwIfAborted();
      const judged = this.#judged(sample);
      this.#samples.push(judged);
      await appendSample(runDir, cell.id, sample);
      listener({ type: 'sample-end', cell, sample: judged, n, total: planned });
      await this.#learnLate(place);
      if (cell.machine.fresh === 'sample' || spoils(judged)) this.#spoiledBy = judged.id;
      if (failure !== undefined) await this.#orEnd(() => stillAlive(place.machine, failure));
      return judged;
    });
  }

  close(planned = this.#request.planned): Promise<ReportCell> {
    this.#result ??= this.#finish(planned);
    return this.#result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The machine that the next sample may have; the first, or one in place of one that was spoiled. */
  async #fresh(): Promise<CellMachine> {
    const current = this.#current;
    if (current !== undefined && this.#spoiledBy === undefined) return current;
    if (current === undefined) return this.#boot();
    if (this.#request.keep) {
      // Whoever keeps machines wants to see this one: it stays, and takes no further sample.
      throw new MachineError(
        'provider',
        `${this.#spoiledBy} was not judged, and its machine is kept as it is`,
      );
    }
    this.#step('replace');
    await current.collect();
    await this.#learnLate(current);
    this.#current = undefined;
    await current[Symbol.asyncDispose]();
    this.#spoiledBy = undefined;
    return this.#boot();
  }

  async #boot(): Promise<CellMachine> {
    const { ready, provider, session, machineId, keep, runDir, onMachine, closingMs } = this.#request;
    const { listener } = this.#request;
    const suite = await loadSuite(this.#request.scenario.suite.id);
    const number = this.#earlier + this.#machines.length + 1;
    this.#step('boot');
    const scratch = await this.#folders();
    const place = await CellMachine.allocate(
      {
        ready,
        suite,
        provider,
        session,
        id: this.#machines.length === 0 ? machineId : `${machineId}.${number}`,
        number,
        keep,
        runDir,
        dir: this.#dir,
        scratch,
        clock: this.#clock,
        notice: (text) => listener({ type: 'notice', text: `${ready.cell.id}: ${text}` }),
        closingMs: closingMs ?? CLOSING_MS,
      },
      this.#signal,
    );
    this.#machines.push(place);
    this.#current = place;
    onMachine?.(place.machine);
    this.#step('prepare');
    await place.prepare(this.#signal);
    this.#step('samples');
    return place;
  }

  /** Makes the cell's own folder and the one for the suite; returns the latter. */
  async #folders(): Promise<string> {
    const { runDir } = this.#request;
    await makeFolder(join(runDir, this.#dir), runDir);
    this.#scratch ??= await ownFolder('cell');
    return this.#scratch;
  }

  /** Undefined when it has ended, or does now. */
  async #orEnd<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.ended) return undefined;
    try {
      return await work();
    } catch (error) {
      this.#failure = this.#signal.aborted ? (this.#signal.reason ?? error) : error;
      return undefined;
    }
  }

  async #finish(planned: number): Promise<ReportCell> {
    const guest = await this.#end();
    if (this.#scratch !== undefined) await rm(this.#scratch, { recursive: true, force: true });
    this.#watch.stop();
    const result = this.#report(guest ?? {}, planned);
    this.#request.listener({ type: 'cell-end', cell: this.#request.ready.cell, result });
    return result;
  }

  async #end(): Promise<Record<string, GuestComponent> | undefined> {
    const last = this.#current;
    if (last === undefined) return undefined;
    const guest = await this.#orEnd(() => {
      this.#step('inspect');
      return last.inspect(this.#signal);
    });
    await this.#afterAll(async () => {
      this.#step('collect');
      await last.collect();
    });
    await this.#afterAll(() => this.#learnLate(last));
    await this.#afterAll(() => last[Symbol.asyncDispose]());
    return guest;
  }

  /** Runs also where the session has ended; the first failure is the one that counts. */
  async #afterAll(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure ??= error;
    }
  }

  #report(guest: Record<string, GuestComponent>, planned: number): ReportCell {
    const { ready, scenario, content } = this.#request;
    const { symptom, kernelLog } = scenario;
    const samples = this.#samples;
    const failure = this.#failure === undefined ? undefined : { reason: messageOf(this.#failure) };
    const outside = this.#machines.map(({ log }) => log.findings(undefined));
    const last = this.#machines.at(-1);
    return buildCell({
      cell: ready.cell,
      content,
      artifacts: ready.artifacts,
      dir: this.#dir,
      machine: last && {
        ...last.machine.facts,
        providerWhy: ready.cell.provider?.why,
        system: last.system,
      },
      guest,
      verdict: judgeCell(symptom, samples, { failure, sampling: ready.cell.sampling, checks: kernelLog }),
      samples,
      samplesPlanned: planned,
      warnings: mergeWarnings(this.#machines.map(({ log }) => log.warnings.list)),
      outside: {
        oomKills: outside.flatMap(({ oomKills }) => oomKills),
        kernelEvents: outside.flatMap(({ kernelEvents }) => kernelEvents),
      },
      durationMs: this.#watch.totalMs,
      phases: this.#watch.phases,
      ...(last === undefined ? {} : { guestMs: this.#clock.ms }),
      consoleTail: this.#failure instanceof MachineError ? this.#failure.consoleTail : [],
    });
  }

  /** Takes in what the machine's log told of samples after they ended. */
  async #learnLate({ log, number }: CellMachine): Promise<void> {
    for (const id of log.takeLate()) {
      const at = this.#samples.findIndex((sample) => sample.id === id && sample.machine === number);
      const sample = this.#samples[at];
      if (sample === undefined) continue;
      const { judged: _judged, because: _because, unexpected: _unexpected, ...evidence } = sample;
      const incomplete = evidence.incomplete ?? log.doubtOf(id);
      const { oomKills } = log.findings(id);
      const corrected: Sample = {
        ...evidence,
        oomKills,
        ...(incomplete === undefined ? {} : { incomplete }),
      };
      this.#samples[at] = this.#judged(corrected);
      await correctSample(this.#request.runDir, this.#request.ready.cell.id, corrected);
    }
  }

  #judged(sample: Sample): ReportSample {
    const { symptom, kernelLog } = this.#request.scenario;
    return { ...sample, ...judgeSample(symptom, sample, kernelLog) };
  }

  #step(name: string): void {
    this.#watch.phase(name);
    this.#request.listener({ type: 'cell-step', cell: this.#request.ready.cell, step: name });
  }
}
