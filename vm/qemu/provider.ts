/** Virtual machines by QEMU: the provider that needs nothing but Debian's packages. */

import { readFile, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import type { Kernel } from '../../scripts/artifact/types.ts';
import { MachineError, messageOf } from '../../scripts/lib/errors.ts';
import { makeFolder } from '../../scripts/lib/files.ts';
import { makeLimit } from '../../scripts/lib/limit.ts';
import { thisOwner } from '../../scripts/lib/owner.ts';
import { makeIdentity } from '../identity.ts';
import type {
  Capabilities,
  Limits,
  Machine,
  MachineProvider,
  MachineSpec,
  ReapedMachine,
  Store,
  StoreRequest,
} from '../machine.ts';
import { announceProxy } from '../network/guest.ts';
import { Phases } from '../phases.ts';
import { makeWorkDirs } from '../work-dir.ts';
import { bootCold } from './boot.ts';
import { bootAgain, panicLog } from './boot-again.ts';
import {
  type AcceleratorChoice,
  chooseAccelerator,
  type Emulator,
  findEmulator,
  type Host,
} from './emulator.ts';
import { QemuWait, readDelays } from './host-wait.ts';
import {
  bootInputs,
  consoleLog,
  explainStart,
  type Launched,
  type LaunchRequest,
  type QemuSpec,
  qemuLog,
} from './launch.ts';
import { QemuMachine } from './machine.ts';
import type { QemuProcess } from './process.ts';
import {
  endMachine,
  keptMachine,
  type MachineRecord,
  machineFolders,
  reapMachines,
  writeRecord,
} from './registry.ts';
import { blameOf } from './restore-failure.ts';
import { restoreSnapshot, saveSnapshot } from './snapshot.ts';

/** Changes when the same inputs make another snapshot. */
const SNAPSHOT_FORMAT = '1';
/** Milliseconds after which a restore that gave no answer has failed: one takes a second on an idle host. */
const RESTORE_TIMEOUT = 60_000;
/** Restores of one snapshot that may fail before this process stops making it again. */
const RESTORE_FAILURES = 2;

export interface QemuProviderOptions {
  /** Where snapshots are kept; without it, or with `REPRO_WARM=0`, every machine boots. */
  readonly store?: Store;
}

type Start = (request: StartRequest, signal: AbortSignal) => Promise<Launched>;
type StartRequest = Pick<LaunchRequest, 'host' | 'spec' | 'dir' | 'sockets' | 'started' | 'phases'>;

export class QemuProvider implements MachineProvider {
  readonly kind = 'qemu';
  readonly #store: Store | undefined;
  #emulator: Promise<Emulator> | undefined;
  #choice: Promise<AcceleratorChoice> | undefined;
  /** How often a snapshot could not be made or restored, by its inputs. */
  readonly #failures = new Map<string, number>();

  constructor(options: QemuProviderOptions = {}) {
    if (process.env.REPRO_WARM !== '0') this.#store = options.store;
  }

  /** All that a scenario can ask of a machine, a virtual machine can be. */
  async limits(): Promise<Limits> {
    return { fixed: {} };
  }

  async probe(
    given: Kernel | undefined,
    signal: AbortSignal,
    options: { readonly fresh?: boolean } = {},
  ): Promise<Capabilities | undefined> {
    const kernel = there(given, 'kernel');
    const emulator = await this.#find();
    if (options.fresh) this.#choice = chooseAccelerator(emulator, kernel, signal, options);
    const choice = await this.#choose(kernel, signal);
    const { accelerator, why } = choice;
    return { provider: this.kind, version: emulator.version, name: nameOf(emulator), accelerator, why };
  }

  async allocate(given: MachineSpec, signal: AbortSignal): Promise<Machine> {
    const spec = qemuSpec(given);
    const phases = new Phases();
    const host = await this.#host(spec.kernel, signal);
    const files = spec.cold ? undefined : await this.#snapshot(spec, host, signal);
    phases.end('prepare');
    if (files === undefined) return this.#boot(spec, host, phases, signal);
    try {
      const timeout = Math.min(RESTORE_TIMEOUT, spec.bootTimeout);
      const start: Start = (request, alive) => restoreSnapshot(request, files, alive);
      return await this.#start({ spec, host, kind: 'warm', phases, timeout, start }, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      await this.#notRestored(spec, host, error);
      return this.#boot(spec, host, phases, signal);
    }
  }

  async warm(given: MachineSpec, signal: AbortSignal): Promise<void> {
    const spec = qemuSpec(given);
    await this.#host(spec.kernel, signal)
      .then((host) => this.#snapshot(spec, host, signal))
      .catch(() => undefined);
  }

  async reap(options: { readonly all: boolean }): Promise<readonly ReapedMachine[]> {
    return reapMachines(options);
  }

  async folders(): Promise<readonly string[]> {
    return machineFolders();
  }

  async kept(logDir: string): Promise<readonly string[] | undefined> {
    return (await keptMachine(logDir))?.shell;
  }

  /** The folder of the snapshot for such a machine, made if need be; undefined when there can be none. */
  async #snapshot(spec: QemuSpec, host: Host, signal: AbortSignal): Promise<string | undefined> {
    const store = this.#store;
    if (store === undefined || (this.#failures.get(keyOf(spec, host)) ?? 0) >= RESTORE_FAILURES)
      return undefined;
    try {
      return (await store.entry(this.#request(spec, host), signal)).dir;
    } catch (error) {
      if (signal.aborted) throw error;
      this.#failures.set(keyOf(spec, host), RESTORE_FAILURES);
      spec.notice?.(`no snapshot could be made, so machines boot cold: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Only what is the snapshot's own fault costs the snapshot; one that gives no answer has a second chance. */
  async #notRestored(spec: QemuSpec, host: Host, error: unknown): Promise<void> {
    const key = keyOf(spec, host);
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const blame = blameOf(error, await readFile(qemuLog(spec), 'utf8').catch(() => ''));
    const discard = blame === 'snapshot' || (blame === 'unknown' && failures >= RESTORE_FAILURES);
    const why = `the snapshot could not be restored (${messageOf(error)})`;
    spec.notice?.(`${why}; it is ${discard ? 'thrown away' : 'kept'}, and the machine boots cold`);
    if (discard) await this.#store?.discard(this.#request(spec, host)).catch(() => undefined);
  }

  #request(spec: QemuSpec, host: Host): StoreRequest {
    const { image, kernel, cgroup, cpus: count, memoryMiB } = spec;
    return {
      kind: 'snapshot',
      name: `${image.name}-linux-${kernel.release}-cgroup-${cgroup}-${count}cpu-${memoryMiB}M`,
      inputs: snapshotInputs(spec, host),
      network: false,
      make: async (dir, held) => {
        const saved: QemuSpec = {
          ...spec,
          id: `snapshot-${spec.id}`,
          logDir: dir,
          layers: [],
          network: false,
          keep: false,
        };
        const launch = () =>
          this.#launch({ spec: saved, host, timeout: spec.bootTimeout }, held, (begin, alive) =>
            saveSnapshot(begin, dir, alive),
          );
        const { record } = await bootAgain(saved, held, launch);
        await rm(panicLog(saved), { force: true });
        await endMachine(record);
      },
    };
  }

  #boot(spec: QemuSpec, host: Host, phases: Phases, signal: AbortSignal): Promise<Machine> {
    const start: Start = (request, alive) =>
      bootCold({ ...request, files: request.dir, memory: { kind: 'own' } }, alive);
    const boot = () =>
      this.#start({ spec, host, kind: 'cold', phases, timeout: spec.bootTimeout, start }, signal);
    return bootAgain(spec, signal, boot, phases);
  }

  async #start(
    request: {
      readonly spec: QemuSpec;
      readonly host: Host;
      readonly kind: 'cold' | 'warm';
      readonly phases: Phases;
      readonly timeout: number;
      readonly start: Start;
    },
    signal: AbortSignal,
  ): Promise<Machine> {
    const { spec, host, kind, phases } = request;
    await makeFolder(spec.logDir);
    await rm(consoleLog(spec), { force: true });
    const { record, result } = await this.#launch(request, signal, async (begin, alive) => {
      const launched = await request.start({ ...begin, phases }, alive);
      phases.end(kind === 'warm' ? 'restore' : 'boot');
      await launched.link.resetIdentity(makeIdentity(spec.id), { signal: alive });
      phases.end('answer');
      return launched;
    });
    const { emulator, accelerator } = host;
    const machine = new QemuMachine({
      spec,
      record,
      qmp: result.qmp,
      link: result.link,
      console: result.console,
      process: result.process,
      hostWait: result.hostWait,
      facts: {
        provider: this.kind,
        accelerator,
        emulator: nameOf(emulator),
        start: kind,
        kernel: spec.kernel.release,
        cgroup: spec.cgroup,
        cpus: spec.cpus,
        memoryMiB: spec.memoryMiB,
        bootPhases: phases.all,
      },
    });
    try {
      await machine.attach(spec.layers);
      phases.end('attach');
      if (spec.network !== false) await announceProxy(result.link, signal);
      if (spec.keep) await machine.keep();
      return machine;
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs `work` with a QEMU that the registry knows of; when it fails, the machine is ended. */
  async #launch<T>(
    { spec, host, timeout }: { readonly spec: QemuSpec; readonly host: Host; readonly timeout: number },
    signal: AbortSignal,
    work: (request: StartRequest, alive: AbortSignal) => Promise<T>,
  ): Promise<{ record: MachineRecord; result: T }> {
    const { dir, sockets } = await makeWorkDirs();
    let record: MachineRecord = {
      id: spec.id,
      session: spec.session,
      owner: thisOwner(),
      qemu: undefined,
      dir,
      sockets,
      logDir: resolve(spec.logDir),
      keep: false,
      shell: [],
    };
    let qemu: QemuProcess | undefined;
    const wait = new QemuWait(() => (qemu === undefined ? new Map() : readDelays(qemu.id.pid)));
    using limit = makeLimit(
      timeout,
      wait,
      (said) => new MachineError('boot-timeout', `the guest was not ready within ${said}`),
    );
    const late = limit.signal;
    try {
      await writeRecord(record);
      const started = async (process: QemuProcess) => {
        qemu = process;
        record = { ...record, qemu: process.id };
        await writeRecord(record);
      };
      const result = await work({ host, spec, dir, sockets, started }, AbortSignal.any([signal, late]));
      return { record, result };
    } catch (error) {
      const why = await explainStart(error, { spec, signal, late, process: qemu });
      await endMachine(record);
      throw why;
    }
  }

  async #host(kernel: Kernel, signal: AbortSignal): Promise<Host> {
    const emulator = await this.#find();
    const { accelerator } = await this.#choose(kernel, signal);
    return { emulator, accelerator };
  }

  #find(): Promise<Emulator> {
    this.#emulator ??= findEmulator();
    return this.#emulator;
  }

  #choose(kernel: Kernel, signal: AbortSignal): Promise<AcceleratorChoice> {
    this.#choice ??= this.#find().then((emulator) => chooseAccelerator(emulator, kernel, signal));
    return this.#choice;
  }
}

/** Everything that a snapshot depends on. Emulated CPUs are the same on every host, others are the host's. */
function snapshotInputs(spec: QemuSpec, { emulator, accelerator }: Host): string[] {
  const cpu = accelerator === 'tcg' ? 'emulated' : (cpus()[0]?.model ?? 'unknown');
  return [SNAPSHOT_FORMAT, emulator.build, accelerator, cpu, ...bootInputs(spec)];
}

/** Throws Error where a caller left out what QEMU boots. */
function qemuSpec(spec: MachineSpec): QemuSpec {
  return { ...spec, image: there(spec.image, 'image'), kernel: there(spec.kernel, 'kernel') };
}

function there<T>(given: T | undefined, what: string): T {
  if (given === undefined) throw new Error(`QEMU boots no machine without ${what}`);
  return given;
}

const nameOf = ({ version }: Emulator): string => `QEMU ${version}`;

function keyOf(spec: QemuSpec, host: Host): string {
  return snapshotInputs(spec, host).join('\n');
}
