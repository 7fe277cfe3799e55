/** A host of its own for the command: folders that nobody else uses, so that whatever lies in them is the command's. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../../scripts/lib/exec.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';

/** In the environment of the command, and so of all that it starts. */
export const MARK = 'REPRO_STRESS';

export interface Ended {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  /** For people: all that it said, stderr last. */
  readonly said: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** By SIGKILL: the process itself, and nothing that it started. */
  kill(): void;
}

export class World implements AsyncDisposable {
  readonly root: string;
  readonly cache: string;
  readonly mark = randomUUID();
  /** Process ids of all commands, those that ended, too. */
  readonly pids: number[] = [];
  readonly #program: string;

  private constructor(program: string, cache: string | undefined) {
    this.root = mkdtempSync(join(tmpdir(), 'repro-kill-'));
    this.cache = resolve(cache ?? this.at('cache'));
    this.#program = program;
    for (const dir of [this.tmp, this.state, this.cache]) mkdirSync(dir, { recursive: true });
  }

  /** `cache`: a folder that outlives this world; by default it is below the root, and starts empty. */
  static async open(cache: string | undefined): Promise<World> {
    // One bundle for all commands, whatever happens to the sources meanwhile.
    await run([process.execPath, join(packageRoot(), 'scripts/launch.mjs'), '--setup']);
    const dist = join(packageRoot(), 'dist');
    return new World(join(dist, readFileSync(join(dist, 'current'), 'utf8'), 'repro.js'), cache);
  }

  get tmp(): string {
    return this.at('tmp');
  }

  get state(): string {
    return this.at('state');
  }

  /** Path in the folder that the commands run in. */
  at(...path: string[]): string {
    return join(this.root, ...path);
  }

  start(args: readonly string[]): Running {
    const env = {
      ...process.env,
      NO_COLOR: '1',
      REPRO_NO_INSTALL: '1',
      REPRO_CACHE: this.cache,
      XDG_STATE_HOME: this.state,
      TMPDIR: this.tmp,
      [MARK]: this.mark,
    };
    const child = spawn(process.execPath, [this.#program, ...args], {
      cwd: this.root,
      detached: true,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<Ended>((settle, reject) => {
      child.once('error', reject);
      child.once('close', (code) => settle({ code: code ?? undefined, said: stdout + stderr }));
    });
    const { pid } = child;
    if (pid === undefined) throw new Error(`${this.#program} could not be started`);
    this.pids.push(pid);
    return { ended, kill: () => void child.kill('SIGKILL') };
  }

  /** Ends what is left of all commands, and removes their folders. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.start(['reap']).ended;
    await rm(this.root, { recursive: true, force: true });
  }
}
