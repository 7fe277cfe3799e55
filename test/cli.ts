/** The real command, started as a user starts it: in a folder of its own, with a state folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { packageRoot, stateDir } from '../scripts/lib/paths.ts';
import type { Report } from '../scripts/model/report.ts';

export interface CliResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
  /** Resolves once stderr has matched; rejects with what it said when it ends before. */
  said(pattern: RegExp): Promise<void>;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const ACCELERATOR = 'accelerator.json';

export class Cli {
  readonly dir: string;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(env: Readonly<Record<string, string | undefined>> = {}) {
    this.dir = mkdtempSync(join(tmpdir(), 'repro-test-cli-'));
    this.#env = env;
    // What QEMU can do on this host is known: to find out again takes a minute on a busy one.
    const [known, own] = [join(stateDir(), ACCELERATOR), this.at('state', 'repro')];
    if (existsSync(known)) {
      mkdirSync(own, { recursive: true });
      copyFileSync(known, join(own, ACCELERATOR));
    }
    afterAll(() => rmSync(this.dir, { recursive: true, force: true }));
  }

  /** Path in the folder that the command runs in. */
  at(...path: string[]): string {
    return join(this.dir, ...path);
  }

  start(args: readonly string[], options: CliOptions = {}): RunningCli {
    const env = {
      ...process.env,
      NO_COLOR: '1',
      REPRO_NO_INSTALL: '1',
      XDG_STATE_HOME: this.at('state'),
      COLUMNS: '300',
      ...this.#env,
      ...options.env,
    };
    const child = spawn(process.execPath, [join(packageRoot(), 'scripts/launch.mjs'), ...args], {
      cwd: this.dir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<CliResult>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
    const said = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (pattern.test(stderr)) resolve();
        };
        child.stderr.on('data', look);
        look();
        ended.then(
          (result) => reject(new Error(`it never said ${pattern}: ${JSON.stringify(result)}`)),
          reject,
        );
      });
    return { child, ended, said };
  }

  run(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return this.start(args, options).ended;
  }

  /** The report of the run in the folder `run`. */
  report(run: string): Report {
    return JSON.parse(this.read(run, 'report.json'));
  }

  read(...path: string[]): string {
    return readFileSync(this.at(...path), 'utf8');
  }
}

/** A clear message: no bug of ours, no stack trace, no escape sequence. */
export function expectClear({ stdout, stderr }: CliResult): void {
  for (const text of [stdout, stderr]) {
    expect(text).not.toMatch(/^ {4}at /m);
    expect(text).not.toMatch(/internal error|unhandled|\[object Object\]/i);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: NO_COLOR is set
    expect(text).not.toMatch(/\x1b\[/);
  }
}
