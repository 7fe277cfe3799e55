/** A running virtual machine. */
import { createReadStream, writeSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import type { Layer } from '../../scripts/artifact/types.ts';
import { MachineError, ReproError } from '../../scripts/lib/errors.ts';
import { orAborted } from '../../scripts/lib/exec.ts';
import type { HostWait } from '../../scripts/lib/limit.ts';
import type { AgentLink } from '../agent/link.ts';
import type {
  ExecOptions,
  ExecResult,
  LogFollower,
  Machine,
  MachineFacts,
  MachineSpec,
  MachineUsage,
  StartPhase,
} from '../machine.ts';
import { openShell } from '../ssh/shell.ts';
import { layerSerial } from './argv.ts';
import type { ConsoleReader } from './console.ts';
import { explainFailure } from './explain.ts';
import { hostMoment } from './host-moment.ts';
import { plugLayer } from './plug.ts';
import type { QemuProcess } from './process.ts';
import { forwardedPort, type Qmp } from './qmp.ts';
import { endMachine, type MachineRecord, writeRecord } from './registry.ts';
import { SYSTEMD_CLUES, startPhases } from './start-phases.ts';
import { usageOf } from './usage.ts';

interface Parts {
  readonly spec: MachineSpec;
  readonly record: MachineRecord;
  readonly qmp: Qmp;
  readonly link: AgentLink;
  readonly console: ConsoleReader;
  readonly facts: MachineFacts;
  readonly process: QemuProcess;
  readonly hostWait: HostWait;
}

/** Milliseconds that copying a file may take. */
const COPY_TIMEOUT = 300_000;
/** Bytes of a file that is copied out. */
const COPY_LIMIT = 256 * 2 ** 20;
const PERMISSIONS = 0o777;
/** Group and others. */
const OTHERS_WRITE = 0o022;

export class QemuMachine implements Machine {
  readonly id: string;
  readonly facts: MachineFacts;
  readonly lost: AbortSignal;
  readonly hostWait: HostWait;
  readonly host = hostMoment;
  readonly #parts: Parts;
  /** Serials of the disks that are plugged in. */
  readonly #plugged: Set<string>;
  readonly #forwards: Server[] = [];
  #shell: Promise<readonly string[]> | undefined;
  #disposed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.id = parts.spec.id;
    this.facts = parts.facts;
    this.hostWait = parts.hostWait;
    this.lost = parts.process.ended;
    this.#plugged = new Set(parts.spec.layers.map((layer) => layerSerial(layer.sha256)));
  }

  exec(command: string | readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return this.#explained(
      (signal) => this.#parts.link.exec(command, { ...options, signal }),
      options.signal,
    );
  }

  async copyIn(hostPath: string, guestPath: string): Promise<void> {
    const { mode } = await stat(hostPath);
    await this.#copy(async (signal) => {
      const argv = [
        '/bin/sh',
        '-c',
        'cat >"$0" && chmod "$1" "$0"',
        guestPath,
        (mode & PERMISSIONS).toString(8),
      ];
      const stdin = createReadStream(hostPath);
      return this.#parts.link.run(argv, { stdin, signal, timeout: COPY_TIMEOUT });
    });
  }

  async copyOut(guestPath: string, hostPath: string): Promise<void> {
    const full = new AbortController();
    await using file = await open(hostPath, 'w');
    let size = 0;
    // Written at once, so that no more of it waits in memory than one frame has.
    const onStdout = (bytes: Buffer) => {
      size += bytes.length;
      if (size > COPY_LIMIT) full.abort(new ReproError('copy', tooLarge(guestPath)));
      else writeSync(file.fd, bytes);
    };
    await this.#copy((signal) => {
      const either = AbortSignal.any([signal, full.signal]);
      return this.#parts.link.run(['cat', guestPath], { signal: either, timeout: COPY_TIMEOUT, onStdout });
    });
    const { stdout } = await this.#copy((signal) =>
      this.#parts.link.run(['stat', '-L', '-c', '%a', guestPath], { signal, timeout: COPY_TIMEOUT }),
    );
    await file.chmod(Number.parseInt(stdout.toString(), 8) & PERMISSIONS & ~OTHERS_WRITE);
  }

  async attach(layers: readonly Layer[]): Promise<void> {
    if (layers.length === 0) return;
    for (const layer of layers.filter(({ sha256 }) => !this.#plugged.has(layerSerial(sha256)))) {
      await plugLayer(this.#parts.qmp, layer);
      this.#plugged.add(layerSerial(layer.sha256));
    }
    const disks = layers.map(({ sha256, name }) => ({ serial: layerSerial(sha256), name }));
    try {
      await this.#parts.link.attach(disks);
    } catch (error) {
      if (!(error instanceof MachineError) || error.code !== 'provider') throw await this.#explain(error);
      throw new MachineError('attach-failed', `the guest cannot take on its layers: ${error.message}`);
    }
  }

  async forward(guestSocket: string): Promise<string> {
    const { link, record } = this.#parts;
    const path = `${record.sockets ?? record.dir}/fwd${this.#forwards.length}`;
    const server = createServer((socket) => {
      const guest = link.connect(guestSocket);
      pipeline(socket, guest, () => undefined);
      pipeline(guest, socket, () => socket.destroy());
    });
    this.#forwards.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    server.unref();
    return path;
  }

  followLog(listener: (records: string) => void): LogFollower {
    const follower = this.#parts.link.followLog(listener);
    return {
      catchUp: () => this.#explained((signal) => orAborted(follower.catchUp(), signal), undefined),
    };
  }

  console(): Promise<string> {
    return this.#parts.console.read();
  }

  usage(): Promise<MachineUsage> {
    return usageOf(this.#parts.record.qemu);
  }

  async startPhases(): Promise<StartPhase[]> {
    const [kernelLog, systemd] = [await this.exec(['dmesg']), await this.exec(SYSTEMD_CLUES)];
    const clues = {
      kernelLog: kernelLog.stdout,
      console: await this.console(),
      systemd: systemd.stdout,
    };
    return startPhases(this.facts, clues);
  }

  shell(): Promise<readonly string[]> {
    this.#shell ??= this.#openShell();
    return this.#shell;
  }

  /** Marks it as one that outlives this process, and writes down how to reach it. */
  async keep(): Promise<void> {
    await writeRecord({ ...this.#parts.record, keep: true, shell: await this.shell() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const server of this.#forwards) server.close();
    this.#parts.link[Symbol.dispose]();
    this.#parts.qmp[Symbol.dispose]();
    if (!this.#parts.spec.keep || this.lost.aborted) await endMachine(this.#parts.record);
    else this.#parts.process.release();
  }

  async #openShell(): Promise<readonly string[]> {
    const { qmp, link, record } = this.#parts;
    const usernet = await qmp.command('human-monitor-command', { 'command-line': 'info usernet' });
    const port = forwardedPort(String(usernet), 22);
    if (port === undefined) throw new MachineError('provider', 'QEMU forwards no port to the guest');
    return openShell(link, { host: '127.0.0.1', port, dir: record.sockets ?? record.dir });
  }

  async #copy(
    work: (signal: AbortSignal) => ReturnType<AgentLink['run']>,
  ): Promise<Awaited<ReturnType<AgentLink['run']>>> {
    const result = await this.#explained(work, undefined);
    if (result.exitCode === 0) return result;
    const why = result.stderr.toString().trim();
    throw new ReproError('copy', `cannot copy a file between host and machine: ${why}`);
  }

  async #explained<T>(
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const signals = signal === undefined ? [this.lost] : [this.lost, signal];
    try {
      return await work(AbortSignal.any(signals));
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  #explain(error: unknown): Promise<unknown> {
    return explainFailure(error, this.#parts.console, this.lost);
  }
}

function tooLarge(guestPath: string): string {
  return `${guestPath} of the machine is larger than ${COPY_LIMIT / 2 ** 20} MiB, which is the most that is copied`;
}
