/** Builds revisions on this host, by a command of the user's in a checkout: what has a compiler here needs no more. */
import { chmod, copyFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathSpec } from '../artifact/sources/path.ts';
import { ArtifactError, messageOf } from '../lib/errors.ts';
import { RunError, run } from '../lib/exec.ts';
import { makeFolder } from '../lib/files.ts';

export interface CheckoutOptions {
  /** Folder of the repository. It is cloned, and not changed. */
  readonly repo: string;
  /** Holds the checkout, `tree`, and what was built, `builds/<revision>/`. */
  readonly dir: string;
  /** For `sh -c`, in the checkout. `REPRO_COMMIT` is the revision. */
  readonly command: string;
  /** What it makes, relative to the checkout. */
  readonly binary: string;
}

/** Lines of a failed build that are kept: compilers say what is wrong at the end. */
const LINES = 12;

/**
 * The artifact spec of a revision's build: a hash, `<a>+<b>` for `b` picked onto `a`, or `<a>-<b>` for `b` reverted on
 * `a`. Each revision is built once, one at a time, in a clean tree at a path that is always the same. Throws
 * ArtifactError `build-failed`.
 */
export function checkoutBuilder(
  options: CheckoutOptions,
): (revision: string, signal: AbortSignal) => Promise<string> {
  const { repo, dir, command, binary } = options;
  const tree = join(dir, 'tree');
  let last: Promise<unknown> = Promise.resolve();
  const git = (signal: AbortSignal, ...args: string[]) => run(['git', '-C', tree, ...args], { signal });

  const clone = async (signal: AbortSignal) => {
    if ((await stat(join(tree, '.git')).catch(() => undefined)) !== undefined) return;
    await makeFolder(tree, dir);
    await run(['git', 'clone', '--quiet', '--shared', '--no-checkout', repo, tree], { signal });
  };

  const checkOut = async (revision: string, signal: AbortSignal) => {
    const [base = '', sign, change] = revision.split(/([+-])/);
    await git(signal, 'checkout', '--quiet', '--force', '--detach', base);
    await git(signal, 'reset', '--quiet', '--hard');
    await git(signal, 'clean', '--quiet', '-ffdx');
    if (change === undefined) return;
    const parents = (await git(signal, 'rev-list', '--parents', '-1', change)).stdout.trim().split(' ');
    const mainline = parents.length > 2 ? ['--mainline', '1'] : [];
    await git(signal, sign === '+' ? 'cherry-pick' : 'revert', '--no-commit', ...mainline, change);
  };

  const build = async (revision: string, built: string, signal: AbortSignal) => {
    await clone(signal);
    try {
      await checkOut(revision, signal);
      // Machines go first: builds are made while samples run.
      const nice = ['nice', '-n', '10', 'sh', '-c', command];
      await run(nice, { cwd: tree, signal, env: { REPRO_COMMIT: revision } });
      await makeFolder(dirname(built), dir);
      // Whole or not at all: what is there counts as built.
      await copyFile(join(tree, binary), `${built}.new`);
      await chmod(`${built}.new`, 0o755);
      await rename(`${built}.new`, built);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RunError && error.code === 'tool-missing') throw error;
      throw new ArtifactError('build-failed', why(error, binary), { cause: error });
    }
  };

  const buildOnce = async (revision: string, signal: AbortSignal) => {
    const built = join(dir, 'builds', revision, basename(binary));
    if ((await stat(built).catch(() => undefined)) === undefined) await build(revision, built, signal);
    return pathSpec(built);
  };

  return (revision, signal) => {
    const next = last.catch(() => undefined).then(() => buildOnce(revision, signal));
    last = next;
    return next;
  };
}

function why(error: unknown, binary: string): string {
  if (error instanceof RunError) {
    const lines = error.output.split('\n').filter((line) => line.trim() !== '');
    return lines.length === 0 ? error.message : lines.slice(-LINES).join('\n');
  }
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return `the build made no ${binary}`;
  return messageOf(error);
}
