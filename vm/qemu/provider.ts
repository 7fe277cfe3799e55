/** Virtual machines by QEMU: the provider that needs nothing but Debian's packages. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kernel } from '../../scripts/artifact/types.ts';
import { MachineError, ReproError } from '../../scripts/lib/errors.ts';
import { abortError, run } from '../../scripts/lib/exec.ts';
import { identify, type ProcessId } from '../../scripts/lib/process.ts';
import type { Capabilities, Machine, MachineProvider, MachineSpec, ReapedMachine } from '../machine.ts';
import { SshTransport } from '../ssh/transport.ts';
import { kernelArgs, layerSerial, qemuArgv } from './argv.ts';
import { ConsoleReader, consoleState, consoleTail } from './console.ts';
import { type AcceleratorChoice, chooseAccelerator, type Emulator, findEmulator } from './emulator.ts';
import { QemuMachine } from './machine.ts';
import { forwardedPort, Qmp } from './qmp.ts';
import { endMachine, keptMachine, type MachineRecord, reapMachines, writeRecord } from './registry.ts';
import { makeSeed } from './seed.ts';

/** Milliseconds between two looks at a booting guest's console. */
const POLL = 50;

export class QemuProvider implements MachineProvider {
  readonly kind = 'qemu';
  #emulator: Promise<Emulator> | undefined;
  #choice: Promise<AcceleratorChoice> | undefined;

  async probe(
    kernel: Kernel,
    signal: AbortSignal,
    options: { readonly fresh?: boolean } = {},
  ): Promise<Capabilities | undefined> {
    const emulator = await this.#find();
    if (options.fresh) this.#choice = chooseAccelerator(emulator, kernel, signal, options);
    const choice = await this.#choose(kernel, signal);
    return { provider: 'qemu', version: emulator.version, accelerator: choice.accelerator, why: choice.why };
  }

  async allocate(spec: MachineSpec, signal: AbortSignal): Promise<Machine> {
    const began = performance.now();
    const emulator = await this.#find();
    const { accelerator } = await this.#choose(spec.kernel, signal);
    const owner = identify(process.pid);
    if (owner === undefined) throw new ReproError('process', 'cannot identify this process');
    await mkdir(spec.logDir, { recursive: true });
    // Sockets have short paths, so this can't lie below the run's folder.
    const dir = await mkdtemp(join(tmpdir(), 'repro-'));
    let record: MachineRecord = {
      id: spec.id,
      session: spec.session,
      owner,
      qemu: undefined,
      dir,
      logDir: resolve(spec.logDir),
      keep: false,
      shell: [],
    };
    await writeRecord(record);
    let transport: SshTransport | undefined;
    try {
      const seed = await makeSeed(
        dir,
        spec.id
          .toLowerCase()
          .replaceAll(/[^a-z0-9-]+/g, '-')
          .slice(0, 60),
        signal,
      );
      const scratch = await makeScratch(dir, spec.diskMiB, signal);
      const serialLog = join(spec.logDir, 'console.log');
      await rm(serialLog, { force: true });
      const qmpSocket = join(dir, 'qmp');
      const process = await start(
        qemuArgv({
          ...{
            binary: emulator.binary,
            version: emulator.major,
            name: `repro-${spec.session}-${spec.id}`,
            accelerator,
          },
          ...{ cpus: spec.cpus, memoryMiB: spec.memoryMiB },
          ...{ kernel: spec.kernel.vmlinuz, initrd: spec.kernel.initrd },
          kernelArgs: kernelArgs({
            cgroup: spec.cgroup,
            ...(spec.kernelArgs ? { extra: spec.kernelArgs } : {}),
          }),
          disks: [
            { serial: 'base', file: spec.image.layer.file, readOnly: true },
            { serial: 'modules', file: spec.kernel.modules.file, readOnly: true },
            { serial: 'scratch', file: scratch, readOnly: false },
            { serial: 'seed', file: seed.file, readOnly: true },
            ...spec.layers.map((layer) => ({
              ...{ serial: layerSerial(layer.sha256), file: layer.file, readOnly: true },
            })),
          ],
          ...{ serialLog, qmpSocket, network: spec.network ? 'open' : 'isolated' },
        }),
        join(spec.logDir, 'qemu.log'),
      );
      record = { ...record, qemu: process.id };
      await writeRecord(record);
      const started = performance.now();

      const console = new ConsoleReader(serialLog);
      const boot = AbortSignal.any([signal, process.ended, AbortSignal.timeout(spec.bootTimeout)]);
      const qmp = await explain(Qmp.connect(qmpSocket, boot), process, console, signal, spec);
      await explain(untilReady(console, boot), process, console, signal, spec);
      const booted = performance.now();

      const port = forwardedPort(
        String(await qmp.command('human-monitor-command', { 'command-line': 'info usernet' })),
        22,
      );
      if (port === undefined) throw new MachineError('provider', 'QEMU forwards no port to the guest');
      const target = {
        host: '127.0.0.1',
        port,
        user: 'root',
        identity: seed.identity,
        knownHosts: seed.knownHosts,
        dir,
      };
      transport = await explain(SshTransport.open(target, boot), process, console, signal, spec);
      record = { ...record, keep: spec.keep, shell: SshTransport.shell(target) };
      await writeRecord(record);
      const connected = performance.now();

      const machine = new QemuMachine({
        ...{ spec, record, qmp, transport, console, ended: process.ended },
        facts: {
          ...{ provider: 'qemu', accelerator, emulator: `QEMU ${emulator.version}` },
          ...{ kernel: spec.kernel.release, cgroup: spec.cgroup, cpus: spec.cpus, memoryMiB: spec.memoryMiB },
          bootPhases: [
            { name: 'prepare', ms: Math.round(started - began) },
            { name: 'boot', ms: Math.round(booted - started) },
            { name: 'connect', ms: Math.round(connected - booted) },
          ],
          shell: record.shell,
        },
      });
      await machine.attach(spec.layers);
      return machine;
    } catch (error) {
      await transport?.[Symbol.asyncDispose]();
      await endMachine(record);
      throw error;
    }
  }

  async reap(options: { readonly all: boolean }): Promise<readonly ReapedMachine[]> {
    return reapMachines(options);
  }

  async kept(logDir: string): Promise<readonly string[] | undefined> {
    return (await keptMachine(logDir))?.shell;
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

interface QemuProcess {
  readonly id: ProcessId;
  /** Aborted when QEMU ended. */
  readonly ended: AbortSignal;
}

/** Starts QEMU in a session of its own: a terminal's Ctrl-C must not reach it before the evidence is in. */
async function start(argv: readonly string[], log: string): Promise<QemuProcess> {
  const [binary = '', ...args] = argv;
  const output = await open(log, 'w');
  try {
    await output.write(`${argv.join(' ')}\n`);
    const child = spawn(binary, args, { detached: true, stdio: ['ignore', output.fd, output.fd] });
    const ended = new AbortController();
    child.once('exit', (code, name) => {
      ended.abort(new MachineError('lost', `QEMU ended (${name ?? `exit code ${code}`})`));
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const id = child.pid === undefined ? undefined : identify(child.pid);
    if (id === undefined) throw new MachineError('boot-failed', `QEMU ended at once${await lastWords(log)}`);
    return { id, ended: ended.signal };
  } finally {
    await output.close();
  }
}

/** What QEMU said last, and where all of it is. The log's first line is its command. */
async function lastWords(log: string): Promise<string> {
  const [, ...lines] = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n');
  return `${lines.length === 0 ? '' : `: ${lines.at(-1)}`} (its output is in ${log})`;
}

async function makeScratch(dir: string, mebibytes: number, signal: AbortSignal): Promise<string> {
  const file = join(dir, 'scratch.img');
  await run(['truncate', '-s', `${mebibytes}M`, file], { signal });
  await run(['mkfs.ext4', '-q', '-F', '-E', 'lazy_itable_init=1,lazy_journal_init=1', '-m', '0', file], {
    signal,
  });
  return file;
}

async function untilReady(console: ConsoleReader, signal: AbortSignal): Promise<void> {
  for (;;) {
    const state = consoleState(await console.read());
    if (state.kind === 'ready') return;
    if (state.kind !== 'booting')
      throw new MachineError(state.kind === 'panic' ? 'panic' : 'boot-failed', state.why);
    signal.throwIfAborted();
    await sleep(POLL);
  }
}

/** Turns whatever ended a step of the boot into one MachineError with the console's last lines. */
async function explain<T>(
  step: Promise<T>,
  process: QemuProcess,
  console: ConsoleReader,
  user: AbortSignal,
  spec: MachineSpec,
): Promise<T> {
  try {
    return await step;
  } catch (error) {
    if (user.aborted) throw abortError(user);
    const text = await console.read();
    const tail = consoleTail(text);
    const state = consoleState(text);
    const log = join(spec.logDir, 'qemu.log');
    if (state.kind === 'panic')
      throw new MachineError('panic', state.why, { consoleTail: tail, cause: error });
    if (state.kind === 'failed')
      throw new MachineError('boot-failed', state.why, { consoleTail: tail, cause: error });
    if (process.ended.aborted) {
      const why = `${process.ended.reason.message} before the guest was ready${await lastWords(log)}`;
      throw new MachineError('boot-failed', why, { consoleTail: tail, cause: error });
    }
    const why = `the guest was not ready within ${spec.bootTimeout / 1000} s`;
    throw new MachineError('boot-timeout', why, { consoleTail: tail, cause: error });
  }
}
