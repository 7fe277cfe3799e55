/** A running virtual machine. */
import type { Layer } from '../../scripts/artifact/types.ts';
import { MachineError } from '../../scripts/lib/errors.ts';
import type { ExecOptions, ExecResult, Machine, MachineFacts, MachineSpec } from '../machine.ts';
import type { SshTransport } from '../ssh/transport.ts';
import { layerSerial } from './argv.ts';
import { type ConsoleReader, consoleState, consoleTail } from './console.ts';
import type { Qmp } from './qmp.ts';
import { endMachine, type MachineRecord } from './registry.ts';

interface Parts {
  readonly spec: MachineSpec;
  readonly record: MachineRecord;
  readonly qmp: Qmp;
  readonly transport: SshTransport;
  readonly console: ConsoleReader;
  readonly facts: MachineFacts;
  /** Aborted when QEMU ended. */
  readonly ended: AbortSignal;
}

export class QemuMachine implements Machine {
  readonly id: string;
  readonly facts: MachineFacts;
  readonly lost: AbortSignal;
  readonly #parts: Parts;
  /** Serials of the disks that are plugged in. */
  readonly #plugged: Set<string>;
  #disposed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.id = parts.spec.id;
    this.facts = parts.facts;
    this.lost = parts.ended;
    this.#plugged = new Set(parts.spec.layers.map((layer) => layerSerial(layer.sha256)));
  }

  async exec(command: string | readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const signals = options.signal === undefined ? [this.lost] : [this.lost, options.signal];
    try {
      return await this.#parts.transport.exec(command, { ...options, signal: AbortSignal.any(signals) });
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  async copyIn(hostPath: string, guestPath: string): Promise<void> {
    await this.#parts.transport.copyIn(hostPath, guestPath).catch(async (error) => {
      throw await this.#explain(error);
    });
  }

  async copyOut(guestPath: string, hostPath: string): Promise<void> {
    await this.#parts.transport.copyOut(guestPath, hostPath).catch(async (error) => {
      throw await this.#explain(error);
    });
  }

  async attach(layers: readonly Layer[]): Promise<void> {
    if (layers.length === 0) return;
    for (const layer of layers) await this.#plug(layer);
    const names = layers.map((layer) => `${layerSerial(layer.sha256)}=${layer.name}`);
    const result = await this.exec(['sh', '/usr/lib/repro/attach', ...names]);
    if (result.exitCode !== 0) {
      throw new MachineError('attach-failed', `the guest cannot take on its layers: ${result.stderr.trim()}`);
    }
  }

  forward(guestSocket: string): Promise<string> {
    return this.#parts.transport.forward(guestSocket);
  }

  console(): Promise<string> {
    return this.#parts.console.read();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#parts.transport[Symbol.asyncDispose]();
    this.#parts.qmp[Symbol.dispose]();
    if (!this.#parts.spec.keep || this.lost.aborted) await endMachine(this.#parts.record);
  }

  /** Plugs a layer's disk in, unless it was there from the start. */
  async #plug(layer: Layer): Promise<void> {
    const serial = layerSerial(layer.sha256);
    if (this.#plugged.has(serial)) return;
    const { qmp } = this.#parts;
    const file = { driver: 'file', filename: layer.file, 'read-only': true };
    await qmp.command('blockdev-add', { driver: 'raw', 'node-name': serial, 'read-only': true, file });
    await qmp.command('device_add', { driver: 'virtio-blk-pci', id: `${serial}-dev`, drive: serial, serial });
    this.#plugged.add(serial);
  }

  /** When the machine is gone, that is the reason, whatever the symptom was here. */
  async #explain(error: unknown): Promise<unknown> {
    const text = await this.console();
    const state = consoleState(text);
    const tail = consoleTail(text);
    if (state.kind === 'panic')
      return new MachineError('panic', state.why, { consoleTail: tail, cause: error });
    if (this.lost.aborted) {
      return new MachineError('lost', this.lost.reason.message, { consoleTail: tail, cause: error });
    }
    if (error instanceof MachineError && error.consoleTail.length === 0) {
      const code = error.code === 'exec-timeout' ? 'exec-timeout' : 'lost';
      return new MachineError(code, error.message, { consoleTail: tail, cause: error });
    }
    return error;
  }
}
