/** A small git repository that a test writes: what somebody's would be. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../../scripts/lib/exec.ts';
import { temporaryDir } from '../support.ts';

const WHO = {
  GIT_AUTHOR_NAME: 'A Tester',
  GIT_AUTHOR_EMAIL: 'tester@example.org',
  GIT_COMMITTER_NAME: 'A Tester',
  GIT_COMMITTER_EMAIL: 'tester@example.org',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};

export class Original {
  readonly dir: string;
  #commits = 0;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async make(): Promise<Original> {
    const original = new Original(await temporaryDir());
    await original.git('init', '-q', '-b', 'main');
    return original;
  }

  async git(...args: string[]): Promise<string> {
    const date = `2024-09-01T12:00:${String(this.#commits).padStart(2, '0')}+02:00`;
    const env = { ...WHO, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    return (await run(['git', '-C', this.dir, ...args], { env })).stdout.trim();
  }

  /** Writes files (executable where they begin with `#!`) and commits them; returns the commit's hash. */
  async commit(
    files: Readonly<Record<string, string>>,
    message = Object.keys(files).join(' '),
  ): Promise<string> {
    this.#commits += 1;
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.dir, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      if (text.startsWith('#!')) await chmod(path, 0o755);
    }
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }
}
