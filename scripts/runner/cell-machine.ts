/** One machine of a cell while samples run on it: its suite made ready, its kernel log, what is collected of it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine, MachineProvider } from '../../vm/machine.ts';
import { KernelLog } from '../evidence/collect.ts';
import { MachineError, messageOf } from '../lib/errors.ts';
import { orAborted } from '../lib/exec.ts';
import { makeLimit } from '../lib/limit.ts';
import type { GuestComponent, GuestSystem } from '../model/guest.ts';
import type { Cell } from '../scenario/types.ts';
import { readGuestSystem } from '../suites/guest-system.ts';
import type { PreparedSuite, Suite, SuiteContext } from '../suites/suite.ts';
import type { WrittenParams } from '../suites/typed.ts';
import { fileName } from './folder.ts';
import { clocked, type GuestClock } from './guest-clock.ts';
import { explained, type Step } from './late-command.ts';
import { machineSpec } from './machine-spec.ts';
import type { ReadyCell } from './plan.ts';
import { runSample, type SampleResult } from './sample.ts';
import { Startable } from './startable.ts';
import { suiteContext } from './suite-context.ts';

export interface CellMachineRequest {
  readonly ready: ReadyCell;
  readonly suite: Suite<WrittenParams>;
  readonly provider: MachineProvider;
  readonly session: string;
  /** Unique in the session. */
  readonly id: string;
  /** Counts the machines of a cell, from 1. */
  readonly number: number;
  readonly keep: boolean;
  readonly runDir: string;
  /** The cell's folder, below the run's. */
  readonly dir: string;
  /** For the suite's files on the host. */
  readonly scratch: string;
  readonly clock: GuestClock;
  readonly notice: (text: string) => void;
  /** Milliseconds that each step after the samples may take. */
  readonly closingMs: number;
}

export interface SampleRequest {
  readonly caseId: string;
  readonly index: number;
  /** Parameters in which it differs from its cell. */
  readonly params?: Cell['params'] | undefined;
}

export class CellMachine implements AsyncDisposable {
  readonly number: number;
  readonly machine: Machine;
  readonly log: KernelLog;
  readonly #request: CellMachineRequest;
  readonly #context: SuiteContext;
  readonly #startable: Startable;
  /** What its commands are run for. */
  #step: Step = { name: 'set-up' };
  #system: GuestSystem | undefined;
  /** From `prepare` until it is given up. */
  #prepared: PreparedSuite<WrittenParams> | undefined;

  private constructor(request: CellMachineRequest, allocated: Machine) {
    const { ready, scratch, clock } = request;
    this.#request = request;
    this.number = request.number;
    // What is read for the evidence is our own time, not the suite's.
    this.log = new KernelLog(allocated);
    this.log.follow();
    this.machine = explained(clocked(allocated, clock), () => this.#step);
    this.#startable = new Startable(
      this.machine,
      ready.artifacts.map(({ component }) => component),
    );
    this.#context = suiteContext(ready.cell, this.machine, scratch, {
      keep: (name, text) => this.#keep(name, text),
      guest: (work) => clock.during(work),
    });
  }

  static async allocate(request: CellMachineRequest, signal: AbortSignal): Promise<CellMachine> {
    const { ready, provider, id, session, keep, notice, runDir, dir, number } = request;
    const logDir = number === 1 || keep ? join(runDir, dir) : join(runDir, dir, `machine-${number}`);
    const spec = machineSpec(ready, { id, session, keep, notice, logDir });
    return new CellMachine(request, await provider.allocate(spec, signal));
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const { suite, ready } = this.#request;
    const place = { machine: this.machine, context: this.#context, params: ready.cell.params };
    this.#step = { name: 'reading of what the machine has' };
    // Before the samples: what they leave can't change the answer.
    this.#system = await readGuestSystem(this.machine, this.#alive(signal));
    // A set-up has as much time as a sample, and what its suite gives it where that is more.
    this.#step = { name: `set-up of the suite ${suite.id}`, leastMs: ready.cell.timeout * 1000 };
    this.#prepared = await this.#startable.explain(() => suite.prepare(place, this.#alive(signal)));
  }

  /** What it has beside the components; undefined before `prepare`. */
  get system(): GuestSystem | undefined {
    return this.#system;
  }

  async sample(wanted: SampleRequest, signal: AbortSignal): Promise<SampleResult> {
    const { ready, runDir, dir } = this.#request;
    this.#step = { name: `case ${wanted.caseId}` };
    const { sample, failure } = await runSample(
      {
        caseId: wanted.caseId,
        index: wanted.index,
        params: wanted.params,
        prepared: this.#ready,
        timeout: ready.cell.timeout,
        cellParams: ready.cell.params,
        machine: this.machine,
        log: this.log,
        startable: this.#startable,
        runDir,
        cellDir: dir,
      },
      this.#alive(signal),
    );
    return { sample: { ...sample, machine: this.number }, failure };
  }

  /** What the guest says it ran; empty where it took too long to say. */
  async inspect(signal: AbortSignal): Promise<Record<string, GuestComponent>> {
    const prepared = this.#ready;
    this.#step = { name: 'reading of versions' };
    return (
      (await this.#closing('inspect', this.#alive(signal), (limited) => prepared.inspect(limited))) ?? {}
    );
  }

  get #ready(): PreparedSuite<WrittenParams> {
    if (this.#prepared === undefined) throw new Error(`machine ${this.machine.id} is not prepared`);
    return this.#prepared;
  }

  /** Whatever can still be read is kept; what can't is no failure of its own. */
  async collect(): Promise<void> {
    const { suite } = this.#request;
    this.#step = { name: 'reading of logs' };
    if (!this.machine.lost.aborted) {
      const logs = await this.#closing('logs', this.machine.lost, (limited) =>
        suite.logs(this.machine, limited),
      ).catch((error) => ({ 'logs-error.txt': messageOf(error) }));
      for (const [name, text] of Object.entries(logs ?? {})) {
        this.log.warnings.ofRuntime(text);
        await this.#keep(name, text);
      }
    }
    // A machine that is gone has given what it could.
    await this.log.catchUp().catch(() => undefined);
    await this.#keep('kernel.log', this.log.text);
    this.log.forgetText();
  }

  /** The suite gives up what it holds, then the machine goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#release();
    await this.machine[Symbol.asyncDispose]();
  }

  /** Once, and also where the machine is lost; what goes wrong is told, and changes nothing that was found before. */
  async #release(): Promise<void> {
    const prepared = this.#prepared;
    if (prepared === undefined) return;
    this.#prepared = undefined;
    const until = new AbortController().signal;
    await this.#closing('dispose', until, () => prepared[Symbol.asyncDispose]()).catch(async (error) => {
      const text = `what the suite held could not be given up: ${messageOf(error)}`;
      this.#request.notice(text);
      await this.#keep('dispose-error.txt', `${text}\n`).catch(() => undefined);
    });
  }

  /** The step's answer, undefined past its time: that is told, and spoils nothing that was found before. */
  async #closing<T>(
    step: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const { closingMs, notice } = this.#request;
    using limit = makeLimit(
      closingMs,
      this.machine.hostWait,
      (said) => new MachineError('exec-timeout', `${step} gave no answer within ${said}`),
    );
    try {
      const limited = AbortSignal.any([signal, limit.signal]);
      return await orAborted(work(limited), limited);
    } catch (error) {
      if (!limit.signal.aborted || signal.aborted) throw error;
      const text = messageOf(limit.signal.reason);
      notice(text);
      await this.#keep(`${step}-error.txt`, `${text}\n`);
      return undefined;
    }
  }

  #alive(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.machine.lost]);
  }

  /** Files of further machines have names of their own: those of the first stay. */
  async #keep(name: string, text: string): Promise<void> {
    const { runDir, dir, number } = this.#request;
    const own = number === 1 ? name : `machine-${number}-${name}`;
    await writeFile(join(runDir, dir, fileName(own)), text);
  }
}
