/** A git repository, as far as a bisection asks for it. */
import { UsageError } from '../lib/errors.ts';
import { RunError, run } from '../lib/exec.ts';
import { type ListedCommit, parseRevList } from './range.ts';

export interface CommitInfo {
  readonly id: string;
  /** The whole message. */
  readonly message: string;
  readonly author: string;
  /** ISO 8601, with the author's time zone. */
  readonly authorDate: string;
}

export interface RangeOptions {
  readonly firstParent: boolean;
  /** Only commits that changed one of these. */
  readonly paths: readonly string[];
}

export interface History {
  /** The full hash of a commit. Throws UsageError when there is none of that name. */
  resolve(revision: string): Promise<string>;
  /** Ancestors of `newest` that are no ancestors of any of `olds`; a commit before its parents. */
  list(newest: string, olds: readonly string[], options: RangeOptions): Promise<ListedCommit[]>;
  mergeBases(one: string, other: string): Promise<string[]>;
  describe(id: string): Promise<CommitInfo>;
  /** First lines of messages, by id: of what `list` has, and of any `others`. */
  subjects(newest: string, olds: readonly string[], others: readonly string[]): Promise<Map<string, string>>;
  /** Files that changed between two commits, as paths in the repository. */
  changedFiles(from: string, to: string): Promise<string[]>;
}

/**
 * Of a repository on this machine; `dir` is its folder, with or without a work tree. Each question takes moments, so
 * none is interrupted: a bisection that was still tells what it found.
 */
export function gitHistory(dir: string): History {
  const git = async (...args: string[]) => (await run(['git', '-C', dir, ...args])).stdout;
  return {
    async resolve(revision) {
      try {
        return (
          await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`)
        ).trim();
      } catch (error) {
        if (!(error instanceof RunError) || error.code !== 'run-failed') throw error;
        if (error.output.includes('not a git repository')) {
          throw new UsageError('repo', `${dir} is not a git repository`, { hint: '--repo names its folder' });
        }
        throw new UsageError('revision', `${dir} has no commit ${revision}`, {
          hint: `name a tag, a branch or a hash; git -C ${dir} fetch --tags gets what is new`,
        });
      }
    },
    async list(newest, olds, { firstParent, paths }) {
      const walk = ['rev-list', '--topo-order', '--parents', ...(firstParent ? ['--first-parent'] : [])];
      return parseRevList(await git(...walk, newest, ...olds.map((old) => `^${old}`), '--', ...paths));
    },
    async mergeBases(one, other) {
      // 1: there is none.
      const { stdout } = await run(['git', '-C', dir, 'merge-base', '--all', one, other], {
        okCodes: [0, 1],
      });
      return stdout.split('\n').filter((line) => line !== '');
    },
    async describe(id) {
      const [hash = id, author = '', authorDate = '', ...message] = (
        await git('show', '--no-patch', '--format=%H%n%an%n%aI%n%B', id, '--')
      ).split('\n');
      return { id: hash, message: message.join('\n').trim(), author, authorDate };
    },
    async subjects(newest, olds, others) {
      const format = '--format=%H %s';
      const listed = await git('log', format, newest, ...olds.map((old) => `^${old}`), '--');
      const rest = others.length === 0 ? '' : await git('log', '--no-walk=unsorted', format, ...others, '--');
      return new Map(
        `${listed}\n${rest}`.split('\n').flatMap((line): [string, string][] => {
          const space = line.indexOf(' ');
          return space < 0 ? [] : [[line.slice(0, space), line.slice(space + 1)]];
        }),
      );
    },
    async changedFiles(from, to) {
      return (await git('diff', '--name-only', '-z', from, to, '--'))
        .split('\0')
        .filter((file) => file !== '');
    },
  };
}
