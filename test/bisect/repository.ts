/** A small git repository that a test writes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../scripts/lib/exec.ts';

export class Repository {
  readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  /** In a new folder. */
  static async make(dir: string): Promise<Repository> {
    await mkdir(dir, { recursive: true });
    const repository = new Repository(dir);
    await repository.git('init', '-q', '-b', 'main');
    return repository;
  }

  async git(...args: string[]): Promise<string> {
    const who = { name: 'A Tester', email: 'tester@example.org' };
    const date = '2024-09-01T12:00:00+02:00';
    const { stdout } = await run(['git', '-C', this.dir, ...args], {
      env: {
        GIT_AUTHOR_NAME: who.name,
        GIT_AUTHOR_EMAIL: who.email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: who.name,
        GIT_COMMITTER_EMAIL: who.email,
        GIT_COMMITTER_DATE: date,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
      },
    });
    return stdout.trim();
  }

  /** Returns the commit's hash. */
  async commit(message: string, file = 'file', text = message): Promise<string> {
    await mkdir(dirname(join(this.dir, file)), { recursive: true });
    await writeFile(join(this.dir, file), text);
    await this.git('add', '-A');
    await this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Merges a branch with a merge commit; returns its hash. */
  async merge(branch: string, message: string): Promise<string> {
    await this.git('merge', '-q', '--no-ff', '-m', message, branch);
    return this.git('rev-parse', 'HEAD');
  }
}
