/** A running container as a machine. */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container } from 'dockerode';
import type { Layer } from '../../scripts/artifact/types.ts';
import { MachineError } from '../../scripts/lib/errors.ts';
import { run } from '../../scripts/lib/exec.ts';
import type { AgentLink } from '../agent/link.ts';
import { AgentMachine } from '../agent/machine.ts';
import { type ConsoleReader, consoleTail } from '../console.ts';
import { untilLost } from '../lost.ts';
import type { Machine, MachineFacts, MachineSpec, MachineUsage, SharedLog } from '../machine.ts';
import { hostOf } from './address.ts';
import { UNPACK } from './container.ts';
import type { Engine } from './engine.ts';
import { tarOf } from './tar.ts';

export interface DockerParts {
  readonly spec: MachineSpec;
  readonly engine: Engine;
  readonly container: Container;
  readonly link: AgentLink;
  readonly console: ConsoleReader;
  readonly facts: MachineFacts;
  /** Of its sockets on the host; goes with it. */
  readonly dirs: readonly [sockets: string, ...others: string[]];
  /** Aborted, with a MachineError, when it is gone. */
  readonly lost: AbortSignal;
  /** Ends what watches it from here, and leaves it as it is. */
  readonly release: () => void;
}

/** Milliseconds that unpacking a layer may take. */
const UNPACK_TIMEOUT = 300_000;
/** Milliseconds until it is known that the container ended, after its connection did. */
const END_TIMEOUT = 5_000;

export class DockerMachine extends AgentMachine implements Machine {
  readonly sharedLog: SharedLog;
  readonly #parts: DockerParts;
  readonly #attached = new Set<string>();
  #disposed = false;

  constructor(parts: DockerParts) {
    super({ ...parts, id: parts.spec.id, sockets: parts.dirs[0] });
    this.#parts = parts;
    this.sharedLog = { whose: "this host's", cgroup: parts.container.id };
  }

  async attach(layers: readonly Layer[]): Promise<void> {
    for (const layer of layers) {
      if (this.#attached.has(layer.sha256)) continue;
      await this.explained((signal) => this.#unpack(layer, signal));
      this.#attached.add(layer.sha256);
    }
  }

  async usage(): Promise<MachineUsage> {
    this.lost.throwIfAborted();
    return { memoryBytes: await this.#parts.engine.memoryOf(this.#parts.container) };
  }

  async shell(): Promise<readonly string[]> {
    const { engine, container } = this.#parts;
    await run(['docker', '--version'], { package: 'docker.io' });
    return shellOf(engine.socket, container.id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const { engine, container, dirs, spec, release } = this.#parts;
    this.close();
    // One that is kept is as its last command left it; its agent ends with the connection.
    if (!spec.keep || this.lost.aborted) await engine.remove(container.id);
    release();
    for (const dir of dirs) await rm(dir, { recursive: true, force: true });
  }

  /** `later ones on top`: what is there of an earlier one is replaced. */
  async #unpack({ name, file }: Layer, signal: AbortSignal): Promise<void> {
    using tar = tarOf(file);
    const options = { stdin: tar.stream, signal, timeout: UNPACK_TIMEOUT };
    const { exitCode, stderr } = await this.link.run(UNPACK, options);
    const failed = (why: string) =>
      new MachineError('attach-failed', `the machine cannot take on its layers: unpacking ${name}: ${why}`);
    // What the tar file lacks says more than what could not be done with it.
    await tar.done.catch((error) => {
      throw failed(error.message);
    });
    if (exitCode !== 0) throw failed(stderr.toString().trim());
  }

  /** When the container is gone, that is the reason, whatever it looked like. */
  protected override async explain(error: unknown): Promise<unknown> {
    if (!(error instanceof MachineError)) return error;
    if (error.code === 'lost') await knownLost(this.lost);
    const tail = consoleTail(await this.console());
    if (this.lost.aborted) {
      return new MachineError('lost', this.lost.reason.message, { consoleTail: tail, cause: error });
    }
    if (error.consoleTail.length > 0) return error;
    return new MachineError(error.code, error.message, { consoleTail: tail, cause: error });
  }
}

/** Waits until it is known why a connection broke, as long as that may take. */
export const knownLost = (lost: AbortSignal): Promise<void> => untilLost(lost, END_TIMEOUT);

/** A shell by the engine's own program, which nothing needs to be started for. */
export function shellOf(socket: string, container: string): string[] {
  return ['docker', '--host', hostOf(socket), 'exec', '--interactive', '--tty', container, '/bin/bash', '-l'];
}

/** Aborts `gone` when the container ends, or when its agent does and that is not how it came. */
export function watchLink(
  stream: NodeJS.EventEmitter & { readonly said: string },
  gone: AbortController,
): void {
  stream.once('close', async () => {
    // The container's end says more.
    await sleep(1_000, undefined, { ref: false });
    const said = stream.said === '' ? '' : `: ${stream.said}`;
    gone.abort(new MachineError('lost', `the agent in the machine ended${said}`));
  });
}
