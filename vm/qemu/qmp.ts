/** QEMU's machine protocol: line-delimited JSON over a unix socket (docs/interop/qmp-spec in QEMU's tree). */
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { MachineError } from '../../scripts/lib/errors.ts';
import { type HostWait, makeLimit } from '../../scripts/lib/limit.ts';

interface Reply {
  readonly event?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}

/** Something that happened, as QEMU names it (docs/interop/qemu-qmp-ref in QEMU's tree). */
export interface QmpEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Milliseconds a command may take. */
const COMMAND_TIMEOUT = 20_000;

export class Qmp implements Disposable {
  #socket: Socket;
  readonly #wait: HostWait | undefined;
  #pending = new Map<number, Pending>();
  #next = 1;
  readonly #listeners = new Set<(event: QmpEvent) => void>();

  private constructor(socket: Socket, wait: HostWait | undefined) {
    this.#socket = socket;
    this.#wait = wait;
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => this.#answer(parse(line)));
    // readline hands on what the socket tells anyway.
    lines.on('error', () => undefined);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const { reject } of this.#pending.values()) reject(closed());
      this.#pending.clear();
    });
  }

  /** Connects as soon as QEMU listens. Throws when `signal` is aborted before. */
  static async connect(path: string, signal: AbortSignal, wait?: HostWait): Promise<Qmp> {
    for (;;) {
      signal.throwIfAborted();
      const socket = await dial(path);
      if (socket === undefined) {
        await sleep(20);
        continue;
      }
      const qmp = new Qmp(socket, wait);
      const close = () => socket.destroy();
      signal.addEventListener('abort', close, { once: true });
      try {
        await qmp.command('qmp_capabilities');
        return qmp;
      } catch (error) {
        socket.destroy();
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener('abort', close);
      }
    }
  }

  /** Runs a command and returns what it returns. Throws MachineError with QEMU's own words. */
  async command(name: string, args: Record<string, unknown> = {}): Promise<unknown> {
    if (this.#socket.destroyed) throw closed();
    const id = this.#next++;
    using limit = makeLimit(
      COMMAND_TIMEOUT,
      this.#wait,
      (said) => new MachineError('lost', `QEMU did not answer '${name}' within ${said}`),
    );
    return await new Promise((resolve, reject) => {
      limit.signal.addEventListener('abort', () => {
        this.#pending.delete(id);
        reject(limit.signal.reason);
      });
      this.#pending.set(id, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: name, arguments: args, id })}\n`);
    });
  }

  /** Told of every event from now on. */
  onEvent(listener: (event: QmpEvent) => void): void {
    this.#listeners.add(listener);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #answer(reply: Reply | undefined): void {
    if (reply?.event !== undefined) {
      const event = { name: reply.event, data: reply.data ?? {} };
      for (const listener of this.#listeners) listener(event);
    }
    // The greeting and events carry no id.
    if (reply?.id === undefined) return;
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.error === undefined) pending?.resolve(reply.return);
    else pending?.reject(new MachineError('provider', `QEMU: ${reply.error.desc}`));
  }
}

/** The port of the host that QEMU chose for `guestPort`, from what `info usernet` prints. */
export function forwardedPort(usernet: string, guestPort: number): number | undefined {
  for (const line of usernet.split('\n')) {
    const match = /^\s*TCP\[HOST_FORWARD\]\s+\d+\s+\S+\s+(\d+)\s+\S+\s+(\d+)\s/.exec(line);
    if (match !== null && Number(match[2]) === guestPort) return Number(match[1]);
  }
  return undefined;
}

function closed(): MachineError {
  return new MachineError('lost', 'QEMU closed its control socket');
}

/** Undefined for a line that QEMU's end tore. */
function parse(line: string): Reply | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function dial(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
