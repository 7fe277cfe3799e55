/** A repository of somebody's as a bare clone in the cache. The original is read and never changed. */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError, messageOf } from '../../lib/errors.ts';
import { RunError, type RunOptions, type RunResult, run } from '../../lib/exec.ts';
import { sha256Text } from '../../lib/hash.ts';
import { withLock } from '../../lib/lock.ts';
import type { Cache } from '../cache.ts';
import { OfflineError } from '../offline.ts';
import { recordFiles } from '../record.ts';
import { type Composed, composeTree } from './compose.ts';
import type { Location } from './location.ts';
import { parseRevision, type Revision } from './revision.ts';
import { git, NO_CONFIGURATION } from './run.ts';

const REFS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
/** Tags that are versions of the whole: containerd has `api/v1.8.0`, too. */
const VERSIONS = ['--match', 'v[0-9]*', '--match', '[0-9]*'];
/** Bytes a second, and seconds below it, after which git gives a transfer up. */
const STALLED = ['-c', 'http.lowSpeedLimit=1000', '-c', 'http.lowSpeedTime=60'];
/** Lets a folder's repository give any commit that it has, whatever its own configuration says. */
const ANY_COMMIT = '--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack';

/** Where git keeps what it knows of the files in a folder. */
const indexBeside = (folder: string): string => `${folder}.index`;

export class Repository {
  readonly location: Location;
  /** The bare clone. Other programs may read it. */
  readonly dir: string;
  readonly #cache: Cache;
  readonly #entry: string;
  #updated: Promise<void> | undefined;

  constructor(location: Location, cache: Cache) {
    this.location = location;
    this.#cache = cache;
    this.#entry = join(cache.root, 'git', `${location.name}-${sha256Text(location.address).slice(0, 12)}`);
    this.dir = join(this.#entry, 'repository.git');
  }

  /**
   * The revision that `v1.1.14`, `main~3`, `refs/pull/7/head` or `a+b` means, with all its commits in the clone.
   * What can't move (a tag, a hash) and is there is not asked for again; the rest is, once in each process.
   * Throws ArtifactError `not-found`, `fetch-failed`, or OfflineError.
   */
  async revision(text: string, signal: AbortSignal): Promise<Revision> {
    const { path } = this.location;
    await this.#cache.use(this.#entry, signal);
    const known =
      path === undefined ? await parseRevision(text, (name) => this.#have(name, signal)) : undefined;
    if (known !== undefined && (await this.#isFixed(known, signal))) return known;
    if (this.#cache.offline && path === undefined) {
      if (known !== undefined) return known;
      throw new OfflineError([`${text} of ${this.location.shown}`]);
    }
    try {
      await this.#update(signal);
      const found = await parseRevision(text, (name) => this.#find(name, signal));
      if (found !== undefined) return found;
    } catch (error) {
      if (signal.aborted || known === undefined) throw error;
      this.#cache.notice(`using ${text} as it was fetched before: ${messageOf(error)}`);
      return known;
    }
    const hint = 'name a tag, a branch, a hash, refs/pull/<number>/head, or a+b and a-b of these';
    throw new ArtifactError('not-found', `${this.location.shown} has no commit ${text}`, { hint });
  }

  /** Throws ArtifactError `conflict`. */
  compose(revision: Revision, signal: AbortSignal): Promise<Composed> {
    return composeTree(this.dir, revision, signal);
  }

  /** `v1.1.14-3-g614ce12f0`: the nearest version's tag, commits since, hash; the hash alone where there is none. */
  async describe(commit: string, signal: AbortSignal): Promise<string> {
    const args = ['describe', '--tags', ...VERSIONS, '--always', '--abbrev=9', commit];
    return (await git(this.dir, args, { signal })).stdout.trim();
  }

  /** The nearest version's tag, empty where there is none. */
  async nearestTag(commit: string, signal: AbortSignal): Promise<string> {
    const args = ['describe', '--tags', ...VERSIONS, '--abbrev=0', commit];
    return (await git(this.dir, args, { signal, okCodes: [0, 128] })).stdout.trim();
  }

  /** A file of a tree; undefined when it has none of that name. */
  async file(tree: string, path: string, signal: AbortSignal): Promise<string | undefined> {
    const { stdout, exitCode } = await git(this.dir, ['cat-file', 'blob', `${tree}:${path}`], {
      signal,
      okCodes: [0, 128],
    });
    return exitCode === 0 ? stdout : undefined;
  }

  /**
   * Makes a folder hold the files of a tree and nothing else. In one that holds another tree, only what differs is
   * written; whatever a build left or changed goes. `<to>.index` is kept beside it.
   */
  async checkOut(tree: string, to: string, signal: AbortSignal): Promise<void> {
    const index = indexBeside(to);
    // What was interrupted left its lock; what a build made of the folder, git would take for its own.
    for (const rest of [`${index}.lock`, join(to, '.git')]) await rm(rest, { recursive: true, force: true });
    const write = async () => {
      await mkdir(to, { recursive: true });
      await this.#gitIn(to, ['read-tree', '--reset', '-u', tree], { signal });
      await this.#gitIn(to, ['clean', '-ffdxq'], { signal });
    };
    try {
      await write();
    } catch (error) {
      if (signal.aborted || !(error instanceof RunError) || error.code !== 'run-failed') throw error;
      await run(['rm', '-rf', '--', index, to], { signal });
      await write();
    }
  }

  /** Tells git that only the owners changed, so that it doesn't write all files again. */
  async handedOver(to: string, signal: AbortSignal): Promise<void> {
    await this.#gitIn(to, ['update-index', '-q', '--refresh'], { signal, okCodes: [0, 1] });
  }

  /** Whether all of these commits are on branches of the original, or have tags there. */
  async isPublished(commits: readonly string[], signal: AbortSignal): Promise<boolean> {
    for (const commit of commits) {
      const args = ['for-each-ref', '--count=1', '--contains', commit, 'refs/heads', 'refs/tags'];
      if ((await git(this.dir, args, { signal })).stdout === '') return false;
    }
    return true;
  }

  /** git on a folder with the files of a tree, and on the index beside it. */
  #gitIn(to: string, args: readonly string[], options: Omit<RunOptions, 'env'>): Promise<RunResult> {
    const places = [`--git-dir=${this.dir}`, `--work-tree=${to}`, '-c', 'core.autocrlf=false'];
    const env = { ...NO_CONFIGURATION, GIT_INDEX_FILE: indexBeside(to) };
    return git(to, [...places, ...args], { ...options, env });
  }

  async #isFixed({ name, changes }: Revision, signal: AbortSignal): Promise<boolean> {
    for (const one of [name, ...changes.map((change) => change.name)]) {
      const base = one.replace(/[~^].*$/, '');
      if (/^[0-9a-f]{7,40}$/.test(base)) continue;
      const { exitCode } = await git(this.dir, ['show-ref', '--verify', '--quiet', `refs/tags/${base}`], {
        signal,
        okCodes: [0, 1],
      });
      if (exitCode !== 0) return false;
    }
    return true;
  }

  /** The commit of that name in a repository; undefined when it has none. */
  async #have(name: string, signal: AbortSignal, dir = this.dir): Promise<string | undefined> {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
    try {
      return (await git(dir, args, { signal })).stdout.trim();
    } catch (error) {
      if (error instanceof RunError && error.code === 'run-failed') return undefined;
      throw error;
    }
  }

  /** Asks the original where the clone doesn't know better. */
  async #find(name: string, signal: AbortSignal): Promise<string | undefined> {
    const { path } = this.location;
    if (path !== undefined) {
      const commit = await this.#have(name, signal, path);
      if (commit !== undefined && (await this.#have(commit, signal)) === undefined) {
        await this.#fetch([commit], signal);
      }
      return commit;
    }
    const wanted = /^(refs\/\S+|[0-9a-f]{40})$/.exec(name.replace(/[~^].*$/, ''))?.[1];
    // A hash that is there is that commit; a name may have moved.
    const there = wanted?.startsWith('refs/') ? undefined : await this.#have(name, signal);
    if (there !== undefined || wanted === undefined) return there;
    const refspec = wanted.startsWith('refs/') ? `+${wanted}:${wanted}` : wanted;
    try {
      await this.#fetch([refspec], signal);
    } catch (error) {
      if (!(error instanceof ArtifactError) || !/couldn't find remote ref|not our ref/i.test(error.message)) {
        throw error;
      }
    }
    return this.#have(name, signal);
  }

  #update(signal: AbortSignal): Promise<void> {
    const update = this.#updated ?? this.#fetch(['--prune', ...REFS], signal);
    this.#updated = update;
    update.catch(() => {
      this.#updated = undefined;
    });
    return update;
  }

  /** Throws ArtifactError `fetch-failed`. */
  async #fetch(what: readonly string[], signal: AbortSignal): Promise<void> {
    const { address, shown, path, name } = this.location;
    const fetch = async (held: AbortSignal) => {
      if (!existsSync(join(this.dir, 'HEAD'))) await this.#init(held);
      const own = path === undefined ? [] : [ANY_COMMIT];
      const args = [...STALLED, 'fetch', '--quiet', '--no-tags', '--force', '--update-shallow', ...own];
      const [options, refs] = [
        what.filter((one) => one.startsWith('--')),
        what.filter((one) => !one.startsWith('--')),
      ];
      await git(this.dir, [...args, ...options, '--', address, ...refs], { signal: held });
      await recordFiles(this.#entry, { name, inputs: [shown] }, [], held);
    };
    try {
      await withLock(this.#entry, fetch, { signal });
    } catch (error) {
      if (signal.aborted || !(error instanceof RunError) || error.code !== 'run-failed') throw error;
      const lines = error.output.split('\n').filter((line) => line.trim() !== '');
      const why = lines.map((line) => line.replaceAll(address, shown)).join('; ');
      throw new ArtifactError('fetch-failed', `can't fetch from ${shown}: ${why}`);
    }
  }

  async #init(signal: AbortSignal): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    await git(this.dir, ['init', '--quiet', '--bare'], { signal });
    // Commits that were fetched by their hash hang on no branch.
    await git(this.dir, ['config', 'gc.auto', '0'], { signal });
  }
}
