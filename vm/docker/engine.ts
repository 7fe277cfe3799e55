/** One Docker Engine, by dockerode: what this provider asks of it, with its refusals explained. */
import type { Readable } from 'node:stream';
import type { Container, ContainerCreateOptions, ContainerInfo, default as Docker } from 'dockerode';
import { MachineError } from '../../scripts/lib/errors.ts';
import { orAborted } from '../../scripts/lib/exec.ts';
import type { EngineInfo, EngineVersion } from './engine-info.ts';
import { ExecStream } from './exec-stream.ts';
import { explainEngine, isAbsent, isConflict } from './explain.ts';
import { LABEL } from './labels.ts';

/** What an engine tells while it imports. */
interface ImportEvent {
  readonly status?: string;
  readonly error?: string;
}

/** Milliseconds until an engine that doesn't say what it is doesn't answer. */
const ANSWER = 30_000;

export class Engine {
  readonly socket: string;
  readonly #docker: Docker;

  private constructor(socket: string, docker: Docker) {
    this.socket = socket;
    this.#docker = docker;
  }

  /** Asks nothing yet. dockerode is loaded here: every run has this provider, and few have an engine. */
  static async at(socket: string): Promise<Engine> {
    const { default: Client } = await import('dockerode');
    return new Engine(socket, new Client({ socketPath: socket }));
  }

  /** Throws MachineError, as all of these do. */
  async about(): Promise<{ readonly info: EngineInfo; readonly version: EngineVersion }> {
    const late = new MachineError(
      'provider',
      `the engine of ${this.socket} gave no answer in ${ANSWER / 1000} s`,
    );
    return this.#asked('say what it is', async () => {
      const both = Promise.all([this.#docker.info(), this.#docker.version()]);
      const [info, version] = await orAborted(both, timeout(late));
      return { info, version };
    });
  }

  hasImage(name: string): Promise<boolean> {
    return this.#asked('look for an image', async () =>
      this.#docker
        .getImage(name)
        .inspect()
        .then(
          () => true,
          (error) => {
            if (isAbsent(error)) return false;
            throw error;
          },
        ),
    );
  }

  /** Makes an image of a root file system. Returns its id: it has no name. */
  importImage(tar: Readable): Promise<string> {
    return this.#asked('import an image', async () => {
      const stream = await this.#docker.importImage(tar as unknown as NodeJS.ReadableStream);
      const events = await new Promise<readonly ImportEvent[]>((resolve, reject) => {
        this.#docker.modem.followProgress(stream, (error: Error | null, all: readonly ImportEvent[]) =>
          error ? reject(error) : resolve(all),
        );
      });
      // What goes wrong after the first byte comes as an event, with the status of success.
      const failed = events.find(({ error }) => error !== undefined);
      const id = events.findLast(({ status = '' }) => /^(?:sha256:)?[0-9a-f]{64}$/.test(status))?.status;
      if (failed?.error !== undefined || id === undefined) throw new Error(failed?.error ?? 'it gave no id');
      return id;
    });
  }

  nameImage(id: string, repository: string, tag: string): Promise<void> {
    return this.#asked('name an image', async () => {
      await this.#docker.getImage(id).tag({ repo: repository, tag });
    });
  }

  removeImage(id: string): Promise<void> {
    return this.#asked('remove an image', async () => {
      await this.#docker.getImage(id).remove();
    });
  }

  create(options: ContainerCreateOptions): Promise<Container> {
    return this.#asked('make a container', () => this.#docker.createContainer(options));
  }

  start(container: Container): Promise<void> {
    return this.#asked('start a container', async () => {
      await container.start();
    });
  }

  /** What its first program writes to its terminal, from the start on. */
  console(container: Container): Promise<Readable> {
    return this.#asked("read a container's console", async () => {
      // Nothing is typed there: with `stdin` this very request would be.
      const options = { stream: true, stdout: true, stderr: true };
      return (await container.attach(options)) as unknown as Readable;
    });
  }

  exec(container: Container, argv: readonly string[]): Promise<ExecStream> {
    return this.#asked('run a program in a container', async () => {
      const io = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
      const exec = await container.exec({ Cmd: [...argv], Tty: false, ...io });
      return new ExecStream(await exec.start({ hijack: true, stdin: true }));
    });
  }

  /** Bytes of memory that it holds, page cache that nobody uses aside. */
  memoryOf(container: Container): Promise<number> {
    return this.#asked("read a container's memory", async () => {
      const { memory_stats: memory } = await container.stats({ stream: false, 'one-shot': true });
      const { usage = 0, stats } = memory as { usage?: number; stats?: Record<string, number> };
      // Version 1 counts what is below in the one, version 2 in the other.
      return usage - (stats?.total_inactive_file ?? stats?.inactive_file ?? 0);
    });
  }

  /** Why it is over, in words, once it is. `signal` ends the asking alone. */
  async ended(container: Container, signal: AbortSignal): Promise<string> {
    try {
      const { StatusCode } = await container.wait({ abortSignal: signal });
      return `its container ended (exit code ${StatusCode})`;
    } catch (error) {
      if (isAbsent(error)) return 'its container was removed';
      return explainEngine(error, { socket: this.socket, doing: 'watch a container' }).message;
    }
  }

  /** Ends it, and removes it with its volumes. One that is gone is none the worse. */
  remove(id: string): Promise<void> {
    return this.#asked('remove a container', async () => {
      try {
        await this.#docker.getContainer(id).remove({ force: true, v: true });
      } catch (error) {
        if (isAbsent(error)) return;
        if (!isConflict(error)) throw error;
        // Somebody else removes it: until that is done, there is something of it.
        await this.#docker
          .getContainer(id)
          .wait({ condition: 'removed' })
          .catch(() => undefined);
      }
    });
  }

  /** All containers that say they are machines. */
  machines(): Promise<readonly ContainerInfo[]> {
    return this.#asked('list its containers', () =>
      this.#docker.listContainers({ all: true, filters: { label: [LABEL] } }),
    );
  }

  async #asked<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainEngine(error, { socket: this.socket, doing });
    }
  }
}

function timeout(reason: MachineError): AbortSignal {
  const late = new AbortController();
  setTimeout(() => late.abort(reason), ANSWER).unref();
  return late.signal;
}
