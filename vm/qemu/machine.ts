/** A running virtual machine. */
import type { Layer } from '../../scripts/artifact/types.ts';
import { MachineError } from '../../scripts/lib/errors.ts';
import type { HostWait } from '../../scripts/lib/limit.ts';
import type { AgentLink } from '../agent/link.ts';
import { AgentMachine } from '../agent/machine.ts';
import type { ConsoleReader } from '../console.ts';
import type { Machine, MachineFacts, MachineSpec, MachineUsage, StartPhase } from '../machine.ts';
import { openShell } from '../ssh/shell.ts';
import { layerSerial } from './argv.ts';
import { explainFailure } from './explain.ts';
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

export class QemuMachine extends AgentMachine implements Machine {
  readonly hostWait: HostWait;
  readonly #parts: Parts;
  /** Serials of the disks that are plugged in. */
  readonly #plugged: Set<string>;
  #shell: Promise<readonly string[]> | undefined;
  #disposed = false;

  constructor(parts: Parts) {
    super({
      id: parts.spec.id,
      facts: parts.facts,
      link: parts.link,
      console: parts.console,
      sockets: parts.record.sockets ?? parts.record.dir,
      lost: parts.process.ended,
    });
    this.#parts = parts;
    this.hostWait = parts.hostWait;
    this.#plugged = new Set(parts.spec.layers.map((layer) => layerSerial(layer.sha256)));
  }

  async attach(layers: readonly Layer[]): Promise<void> {
    if (layers.length === 0) return;
    for (const layer of layers.filter(({ sha256 }) => !this.#plugged.has(layerSerial(sha256)))) {
      await plugLayer(this.#parts.qmp, layer);
      this.#plugged.add(layerSerial(layer.sha256));
    }
    const disks = layers.map(({ sha256, name }) => ({ serial: layerSerial(sha256), name }));
    try {
      await this.link.attach(disks);
    } catch (error) {
      if (!(error instanceof MachineError) || error.code !== 'provider') throw await this.explain(error);
      throw new MachineError('attach-failed', `the guest cannot take on its layers: ${error.message}`);
    }
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
    this.close();
    this.#parts.qmp[Symbol.dispose]();
    if (!this.#parts.spec.keep || this.lost.aborted) await endMachine(this.#parts.record);
    else this.#parts.process.release();
  }

  async #openShell(): Promise<readonly string[]> {
    const { qmp, record } = this.#parts;
    const usernet = await qmp.command('human-monitor-command', { 'command-line': 'info usernet' });
    const port = forwardedPort(String(usernet), 22);
    if (port === undefined) throw new MachineError('provider', 'QEMU forwards no port to the guest');
    return openShell(this.link, { host: '127.0.0.1', port, dir: record.sockets ?? record.dir });
  }

  protected override explain(error: unknown): Promise<unknown> {
    return explainFailure(error, this.#parts.console, this.lost);
  }
}
