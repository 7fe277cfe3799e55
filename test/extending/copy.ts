/** A copy of the sources to which the examples of a page are applied, and programs that run in it. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { applyEdit, type Seam } from './page.ts';

const root = packageRoot();
const inCopy = promisify(execFile);
/** Milliseconds for a program there. Compilers and tests of their own: on a busy host they wait for one another. */
export const TIMEOUT = 600_000;

export interface Ran {
  readonly status: number;
  /** On stdout, then on stderr. */
  readonly output: string;
}

export class Copy implements AsyncDisposable {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** `parts`: files and folders, relative to the project. */
  static async make(parts: readonly string[], seams: readonly Seam[]): Promise<Copy> {
    const copy = new Copy(await mkdtemp(join(tmpdir(), 'repro-test-extending-')));
    for (const part of parts) cpSync(join(root, part), copy.at(part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), copy.at('node_modules'));
    for (const { path, text } of seams.flatMap(({ files }) => files)) copy.write(path, text);
    for (const edit of seams.flatMap(({ edits }) => edits))
      copy.write(edit.path, applyEdit(copy.read(edit.path), edit));
    return copy;
  }

  at(path: string): string {
    return join(this.dir, path);
  }

  read(path: string): string {
    return readFileSync(this.at(path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  /** Compiles what these paths have. */
  compile(...include: string[]): Promise<Ran> {
    this.write('tsconfig.copy.json', JSON.stringify({ extends: './tsconfig.json', include }));
    return this.run('typescript/bin/tsc', '--noEmit', '--project', 'tsconfig.copy.json');
  }

  tsx(...args: string[]): Promise<Ran> {
    return this.run('tsx/dist/cli.mjs', ...args);
  }

  vitest(...args: string[]): Promise<Ran> {
    return this.run('vitest/vitest.mjs', 'run', '--project', 'unit', ...args);
  }

  /** Runs a script of the packages there. */
  private async run(script: string, ...args: string[]): Promise<Ran> {
    const argv = [join(root, 'node_modules', script), ...args];
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, VITEST: undefined };
    return inCopy(process.execPath, argv, { cwd: this.dir, maxBuffer: 2 ** 26, env }).then(
      ({ stdout, stderr }) => ({ status: 0, output: stdout + stderr }),
      ({ code, stdout, stderr }) => ({ status: Number(code), output: `${stdout}${stderr}` }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
