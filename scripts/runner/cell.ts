/** Runs one cell: a machine, its samples, their evidence, a verdict. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine, MachineProvider } from '../../vm/machine.ts';
import { KernelLog } from '../evidence/collect.ts';
import type { GuestComponent, Sample } from '../evidence/types.ts';
import { MachineError, messageOf } from '../lib/errors.ts';
import { buildCell, type CellParts } from '../report/build.ts';
import type { ReportCell, ReportSample } from '../report/model.ts';
import type { Cell, ConsoleGates, Symptom } from '../scenario/types.ts';
import { loadSuite } from '../suites/registry.ts';
import type { Suite, SuiteContext } from '../suites/suite.ts';
import { judgeCell, judgeSample } from '../verdict/judge.ts';
import { isSettled } from '../verdict/settle.ts';
import { stillAlive } from './alive.ts';
import { whileClosing } from './closing.ts';
import type { Listener } from './events.ts';
import { cellDir, fileName } from './folder.ts';
import { clocked, GuestClock } from './guest-clock.ts';
import { appendSample } from './journal.ts';
import { machineSpec } from './machine-spec.ts';
import type { ReadyCell } from './plan.ts';
import { runSample } from './sample.ts';
import { Stopwatch } from './stopwatch.ts';
import type { Turns } from './turns.ts';

export interface CellOrder {
  readonly ready: ReadyCell;
  readonly suiteId: string;
  readonly cases: readonly string[];
  readonly symptom: Symptom;
  readonly console: ConsoleGates;
  readonly provider: MachineProvider;
  readonly session: string;
  /** Unique in the session; names the machine. */
  readonly machineId: string;
  readonly keep: boolean;
  readonly runDir: string;
  /** Samples that an earlier, interrupted run finished. */
  readonly done: readonly Sample[];
  /** Where other cells take samples in turns with this one. */
  readonly turns?: Turns | undefined;
  /** Chooses each sample from those before it, instead of the plan; undefined ends them. */
  readonly choose?: ((samples: readonly ReportSample[]) => ChosenSample | undefined) | undefined;
  readonly listener: Listener;
  /** Told of the machine once it is there. */
  readonly onMachine?: ((machine: Machine) => void) | undefined;
  /** For the report: what the cell runs, as a digest. */
  readonly content?: string | undefined;
}

/** A sample to take; `params` are those in which it differs from its cell. */
export interface ChosenSample {
  readonly caseId: string;
  readonly index: number;
  readonly params?: Cell['params'];
}

/** Throws nothing but programming errors: whatever happens becomes part of the cell's report. */
export async function runCell(order: CellOrder, signal: AbortSignal): Promise<ReportCell> {
  const { ready, listener, runDir } = order;
  const { cell } = ready;
  const dir = cellDir(cell);
  const watch = new Stopwatch();
  const run = new CellRun(order, dir);
  await mkdir(join(runDir, dir), { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), 'repro-cell-'));
  listener({ type: 'cell-start', cell });
  try {
    await run.all(scratch, watch, signal);
  } catch (error) {
    run.failure = signal.aborted ? (signal.reason ?? error) : error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  watch.stop();
  const result = run.report(watch);
  listener({ type: 'cell-end', cell, result });
  return result;
}

class CellRun {
  failure: unknown;
  readonly #order: CellOrder;
  readonly #dir: string;
  readonly #samples: Sample[];
  readonly #clock = new GuestClock();
  #machine: Machine | undefined;
  #log: KernelLog | undefined;
  #guest: Record<string, GuestComponent> = {};

  constructor(order: CellOrder, dir: string) {
    this.#order = order;
    this.#dir = dir;
    this.#samples = [...order.done];
  }

  async all(scratch: string, watch: Stopwatch, signal: AbortSignal): Promise<void> {
    const { ready, listener, provider, runDir } = this.#order;
    const { cell } = ready;
    if (this.#todo().length === 0) return;
    const step = (name: string) => {
      watch.phase(name);
      listener({ type: 'cell-step', cell, step: name });
    };
    const suite = await loadSuite(this.#order.suiteId);
    const { machineId: id, session, keep } = this.#order;
    const notice = (text: string) => listener({ type: 'notice', text: `${cell.id}: ${text}` });
    const place = { id, session, keep, notice, logDir: join(runDir, this.#dir) };
    step('boot');
    await using allocated = await provider.allocate(machineSpec(ready, place), signal);
    this.#order.onMachine?.(allocated);
    // What is read for the evidence is our own time, not the suite's.
    this.#log = new KernelLog(allocated);
    const machine = clocked(allocated, this.#clock);
    this.#machine = machine;
    const context = suiteContext(cell, machine, scratch, {
      keep: (name, text) => this.#keep(name, text),
      guest: (work) => this.#clock.during(work),
    });
    const alive = AbortSignal.any([signal, machine.lost]);
    try {
      step('prepare');
      await suite.prepare(machine, context, alive);
      step('samples');
      await this.#runSamples(suite, machine, context, alive);
      step('inspect');
      this.#guest = await whileClosing(machine, 'the versions', (limit) =>
        suite.inspect(machine, context, AbortSignal.any([signal, limit])),
      );
    } finally {
      step('collect');
      await this.#collect(suite, machine, context);
    }
  }

  report(watch: Stopwatch): ReportCell {
    const { ready, symptom } = this.#order;
    const samples = this.#withLateKills();
    const judged = this.#judged(samples);
    const failure = this.failure === undefined ? undefined : { reason: messageOf(this.failure) };
    const parts: CellParts = {
      ...{ cell: ready.cell, content: this.#order.content },
      ...{ artifacts: ready.artifacts, dir: this.#dir, machine: this.#machine?.facts },
      guest: this.#guest,
      verdict: judgeCell(symptom, samples, failure, ready.cell.sampling, this.#order.console),
      ...{
        samples: judged,
        samplesPlanned:
          this.#settled() || this.#order.turns?.stopped || this.#order.choose !== undefined
            ? samples.length
            : this.#planned().length,
      },
      outside: this.#log?.findings(undefined) ?? { oomKills: [], kernelEvents: [] },
      ...{ durationMs: watch.totalMs, phases: watch.phases },
      ...(this.#machine === undefined ? {} : { guestMs: this.#clock.ms }),
      consoleTail: this.failure instanceof MachineError ? this.failure.consoleTail : [],
    };
    return buildCell(parts);
  }

  /** Samples round by round, each case in turn, so that every case has told something early on. */
  #planned(): { caseId: string; index: number }[] {
    const { ready, cases } = this.#order;
    const rounds = Array.from({ length: ready.cell.samples }, (_, index) => index + 1);
    return rounds.flatMap((index) => cases.map((caseId) => ({ caseId, index })));
  }

  #todo(): { caseId: string; index: number }[] {
    const done = new Set(this.#samples.map((sample) => sample.id));
    if (this.#settled()) return [];
    return this.#planned().filter(({ caseId, index }) => !done.has(`${caseId}#${index}`));
  }

  /** Whether the samples so far are enough, where that is decided while they are taken. */
  #settled(): boolean {
    const { ready, cases } = this.#order;
    const { sampling } = ready.cell;
    if (!sampling.auto) return false;
    return isSettled(this.#judged(this.#samples), cases, sampling);
  }

  #judged(samples: readonly Sample[]): ReportSample[] {
    const { symptom, console: gates } = this.#order;
    return samples.map((sample) => ({ ...sample, ...judgeSample(symptom, sample, gates) }));
  }

  /** The samples to take, each asked for when those before it are known. */
  *#upcoming(): Generator<ChosenSample> {
    const { choose } = this.#order;
    if (choose === undefined) {
      for (const one of this.#todo()) {
        if (this.#settled()) return;
        yield one;
      }
      return;
    }
    for (let next = choose(this.#judged(this.#samples)); next !== undefined; ) {
      yield next;
      next = choose(this.#judged(this.#samples));
    }
  }

  async #runSamples(
    suite: Suite,
    machine: Machine,
    context: SuiteContext,
    signal: AbortSignal,
  ): Promise<void> {
    const { listener, runDir, symptom, ready, turns } = this.#order;
    const log = this.#log ?? new KernelLog(machine);
    const of = this.#planned().length;
    for (const { caseId, index, params } of this.#upcoming()) {
      const turn = turns?.next(ready.cell.id, `${caseId}#${index}`, signal);
      if ((await turn) === false) break;
      signal.throwIfAborted();
      const n = this.#samples.length + 1;
      listener({ type: 'sample-start', cell: ready.cell, sample: `${caseId}#${index}`, n, of });
      const order = { suite, context, machine, log, caseId, index, params, runDir, cellDir: this.#dir };
      const { sample, failure } = await runSample(order, signal);
      // An interrupted sample told nothing; resuming runs it again.
      if (signal.aborted && !machine.lost.aborted) signal.throwIfAborted();
      this.#samples.push(sample);
      await appendSample(runDir, ready.cell.id, sample);
      const judged = { ...sample, ...judgeSample(symptom, sample, this.#order.console) };
      listener({ type: 'sample-end', cell: ready.cell, sample: judged, n, of });
      turns?.done(ready.cell.id, judged);
      if (failure !== undefined) await stillAlive(machine, failure);
    }
  }

  /** Kills that a later piece of the log attributed to an earlier sample. */
  #withLateKills(): readonly Sample[] {
    const log = this.#log;
    if (log === undefined) return this.#samples;
    const earlier = new Set(this.#order.done.map((sample) => sample.id));
    return this.#samples.map((sample) =>
      earlier.has(sample.id) ? sample : { ...sample, oomKills: log.findings(sample.id).oomKills },
    );
  }

  /** Whatever can still be read is kept; what can't is no failure of its own. */
  async #collect(suite: Suite, machine: Machine, context: SuiteContext): Promise<void> {
    if (!machine.lost.aborted) {
      const logs = await whileClosing(machine, 'the logs', (limit) =>
        suite.logs(machine, context, limit),
      ).catch((error) => ({ 'logs-error.txt': messageOf(error) }));
      for (const [name, text] of Object.entries(logs)) await this.#keep(name, text);
    }
    await this.#keep('kernel.log', this.#log?.text ?? '');
  }

  async #keep(name: string, text: string): Promise<void> {
    await writeFile(join(this.#order.runDir, this.#dir, fileName(name)), text);
  }
}

export function suiteContext(
  cell: Cell,
  machine: Machine,
  scratch: string,
  hooks: Pick<SuiteContext, 'keep' | 'guest'>,
): SuiteContext {
  const cgroupDriver = cell.axes.cgroupDriver === 'systemd' ? 'systemd' : 'cgroupfs';
  return { cell, cgroup: machine.facts.cgroup, cgroupDriver, params: cell.params, scratch, ...hooks };
}
