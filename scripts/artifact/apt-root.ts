/**
 * One Debian suite as a private apt root in the cache: apt itself verifies the signatures and digests, and the
 * host's own apt state is neither read nor changed. Needs no root.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ArtifactError, messageOf, UsageError } from '../lib/errors.ts';
import { run } from '../lib/exec.ts';
import { sha256File } from '../lib/hash-file.ts';
import { KEYRING, keyringFile } from '../lib/keyring.ts';
import { withLock } from '../lib/lock.ts';
import { explainApt } from './apt-errors.ts';
import type { Cache } from './cache.ts';
import { diskFull, isDiskFull } from './disk.ts';
import { use } from './in-use.ts';
import { knownMirror } from './mirror.ts';
import { OfflineError } from './offline.ts';
import { damagedFile, recordFiles } from './record.ts';
import { remembered } from './remembered.ts';
import { isDebianSuite, nearestSuite } from './suites.ts';

/** A package as the suite's signed index describes it. */
export interface PackageRecord {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly size: number;
  readonly depends: string;
}

/** Milliseconds after which an index is fetched again. Stable suites move every two months, sid every six hours. */
const FRESH = 24 * 3600 * 1000;
/** Its time tells when the index was fetched; its text, from which mirror and with which keys. */
const STAMP = 'updated';

export class AptRoot {
  readonly suite: string;
  readonly #kind: 'deb' | 'deb-src';
  readonly #cache: Cache;
  readonly #dir: string;
  #updated: Promise<void> | undefined;

  /**
   * `kind`: whether it has the suite's packages or its source packages; the index of either is large.
   * Throws UsageError when `suite` can't be the name of one: it becomes a folder and a word of sources.list.
   */
  constructor(suite: string, cache: Cache, kind: 'deb' | 'deb-src' = 'deb') {
    if (!/^[a-z][a-z0-9.-]*$/.test(suite)) {
      throw new UsageError('source', `'${suite}' is not the name of a Debian suite`, {
        hint: `a source is written as ${kind}:<suite>, such as ${kind}:trixie`,
      });
    }
    this.suite = suite;
    this.#kind = kind;
    this.#cache = cache;
    // No suite's name has a plus.
    this.#dir = join(cache.root, 'apt', kind === 'deb' ? suite : `${suite}+src`);
  }

  /** The package's candidate in this suite; undefined when the suite has no such package. */
  async show(name: string, signal: AbortSignal): Promise<PackageRecord | undefined> {
    return parsePackage(await this.ask(name, ['show', '--no-all-versions', name], signal));
  }

  /** Names of this suite's packages that begin with `prefix`. */
  async names(prefix: string, signal: AbortSignal): Promise<string[]> {
    const text = await this.ask(`names ${prefix}`, ['pkgnames', prefix], signal);
    return text.split('\n').filter((name) => name !== '');
  }

  /** What apt-cache says, kept in the file of that name for as long as the index is the same. */
  async ask(file: string, args: readonly string[], signal: AbortSignal): Promise<string> {
    await this.#update(signal);
    const stamp = join(this.#dir, STAMP);
    const index = `${(await stat(stamp)).mtimeMs} ${await readFile(stamp, 'utf8')}`;
    return remembered(join(this.#dir, 'shown', file), index, async () => {
      // Under the lock, so that no other process replaces the index meanwhile.
      const asked = (held: AbortSignal) => this.#apt(['apt-cache', ...args], held, [0, 100]);
      return (await withLock(this.#dir, asked, { signal })).stdout;
    });
  }

  /** Downloads a package to `to` and verifies its digest. Throws ArtifactError. */
  async download(
    record: Pick<PackageRecord, 'name' | 'version' | 'sha256'>,
    to: string,
    signal: AbortSignal,
  ): Promise<void> {
    const dir = `${to}.dir`;
    await mkdir(dir);
    const wanted = `${record.name}=${record.version}`;
    await this.fetch(['download', wanted], wanted, dir, signal);
    const [file] = await readdir(dir);
    if (file === undefined) throw new ArtifactError('download', `apt downloaded nothing for ${wanted}`);
    await this.verify(join(dir, file), record.sha256, signal);
    // A copy, for from a file: mirror apt leaves a link.
    await copyFile(join(dir, file), to);
    await rm(dir, { recursive: true });
  }

  /** Has apt-get put files into `dir`. `wanted` is for people. Throws ArtifactError. */
  async fetch(args: readonly string[], wanted: string, dir: string, signal: AbortSignal): Promise<void> {
    await this.#update(signal);
    try {
      await withLock(this.#dir, (held) => this.#apt(['apt-get', ...args], held, [0], dir), { signal });
    } catch (error) {
      const why = explainApt(error, `cannot download ${wanted} from ${this.suite}`);
      if (!(why instanceof ArtifactError) || why.code !== 'not-on-mirror') throw why;
      // The suite moved on since its index was fetched: the next run fetches it anew.
      await utimes(join(this.#dir, STAMP), 0, 0);
      const hint = 'run it again: the index, which is older than the mirror, will be fetched anew';
      throw new ArtifactError('package-gone', why.message, { hint, cause: error });
    }
  }

  /** Throws ArtifactError `digest` when a downloaded file isn't what the index says. */
  async verify(path: string, sha256: string, signal: AbortSignal): Promise<void> {
    const found = await sha256File(path, signal);
    if (found === sha256) return;
    const why = `has sha256 ${found}, and the index of ${this.suite} says ${sha256}`;
    throw new ArtifactError('digest', `${basename(path)} ${why}`);
  }

  /** Fetches the suite's index unless a fresh one is there. An old one serves when the mirror can't be reached. */
  #update(signal: AbortSignal): Promise<void> {
    const update = (held: AbortSignal) => this.#updateLocked(held);
    this.#updated ??= use(this.#cache.root, this.#dir).then(() => withLock(this.#dir, update, { signal }));
    this.#updated.catch(() => {
      this.#updated = undefined;
    });
    return this.#updated;
  }

  async #updateLocked(signal: AbortSignal): Promise<void> {
    const what = `the ${this.#kind === 'deb' ? 'package' : 'source'} index of ${this.suite}`;
    const keyring = keyringFile();
    if (!existsSync(keyring)) {
      throw new ArtifactError('no-keyring', `no keyring at ${keyring} to check Debian's signatures with`, {
        hint: `apt-get install ${KEYRING.package}, or set REPRO_DEBIAN_KEYRING to a keyring file`,
      });
    }
    const stamp = join(this.#dir, STAMP);
    const fetched = (await readFile(stamp, 'utf8').catch(() => '')).split('\n');
    const damaged = fetched.length === 1 ? undefined : await damagedFile(this.#dir, signal);
    const valid = damaged === undefined && fetched[1] === keyring;
    if (this.#cache.offline) {
      if (!valid)
        throw new OfflineError([damaged === undefined ? what : `${what} (the copy there is damaged)`]);
      return;
    }
    const mirror = await knownMirror(this.#cache.root, signal);
    const age = valid && fetched[0] === mirror ? Date.now() - (await stat(stamp)).mtimeMs : undefined;
    // One from the future tells that the clock was set: nobody knows how old it is.
    if (age !== undefined && age >= 0 && age < FRESH) return;
    if (damaged !== undefined) {
      this.#cache.notice(`${what} in the cache is damaged (${damaged}); it is fetched again`);
      await rm(this.#dir, { recursive: true });
    }
    try {
      await this.#configure(mirror, signal);
      await this.#apt(['apt-get', 'update', '-q', '-o', 'APT::Update::Error-Mode=any'], signal);
      await this.#record(mirror, keyring, signal);
      await writeFile(stamp, `${mirror}\n${keyring}`);
    } catch (error) {
      // What is there belongs to no mirror, or to one that is no longer asked.
      if (age === undefined) await rm(this.#dir, { recursive: true, force: true });
      if (isDiskFull(error)) throw await diskFull(what, this.#cache.root, error);
      // `trixie-backports` is a name that a mirror may lack, not a slip.
      const known = isDebianSuite(this.suite.replace(/-.*/, ''));
      const meant = known ? undefined : `did you mean ${this.#kind}:${nearestSuite(this.suite)}?`;
      const why = explainApt(error, `cannot read ${what}`, meant);
      if (age === undefined || !(why instanceof ArtifactError) || why.code === 'signature') throw why;
      const days = Math.max(1, Math.round(age / FRESH));
      this.#cache.notice(`using ${what} from ${days} day(s) ago: ${messageOf(why)}`);
    }
  }

  /** So that damage to the index is seen, and `cache ls` and `cache prune` know of it. */
  async #record(mirror: string, keyring: string, signal: AbortSignal): Promise<void> {
    const lists = (await readdir(join(this.#dir, 'lists'), { withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name !== 'lock')
      .map((entry) => join('lists', entry.name));
    await recordFiles(this.#dir, { name: basename(this.#dir), inputs: [mirror, keyring] }, lists, signal);
  }

  async #configure(mirror: string, signal: AbortSignal): Promise<void> {
    for (const dir of ['lists/partial', 'archives/partial', 'empty']) {
      await mkdir(join(this.#dir, dir), { recursive: true });
    }
    const line = `${this.#kind} [signed-by=${keyringFile()} arch=amd64] ${mirror} ${this.suite} main\n`;
    const temporary = join(this.#dir, `sources.list.${process.pid}`);
    await writeFile(temporary, line);
    await rename(temporary, join(this.#dir, 'sources.list'));
    await writeFile(join(this.#dir, 'apt.conf'), await this.#configuration(signal));
  }

  /**
   * Nothing of the host's configuration, but for how it reaches mirrors: proxies, and whether it accepts indexes
   * past their date (hosts that use a frozen mirror say so). Signatures are checked all the same.
   */
  async #configuration(signal: AbortSignal): Promise<string> {
    const { stdout } = await run(['apt-config', 'dump', 'Acquire'], { signal });
    const proxies = stdout
      .split('\n')
      .filter((line) =>
        /^Acquire::(?:(?:https?|ftp)::Proxy(?:-Auto-Detect)?|Check-Valid-Until)\b/i.test(line),
      );
    const at = (name: string) => join(this.#dir, name);
    return [
      'APT::Architecture "amd64";',
      'APT::Architectures { "amd64"; };',
      // Downloads by the user who runs this, not by _apt, who may not write here.
      'APT::Sandbox::User "";',
      `Dir::State::lists "${at('lists')}";`,
      'Dir::State::status "/dev/null";',
      `Dir::Cache "${this.#dir}";`,
      `Dir::Cache::archives "${at('archives')}";`,
      `Dir::Etc::sourcelist "${at('sources.list')}";`,
      `Dir::Etc::sourceparts "${at('empty')}";`,
      `Dir::Etc::preferencesparts "${at('empty')}";`,
      'Dir::Etc::preferences "/dev/null";',
      `Dir::Etc::parts "${at('empty')}";`,
      'Dir::Etc::main "/dev/null";',
      'Acquire::Languages "none";',
      'Acquire::PDiffs "false";',
      'Acquire::Retries "2";',
      'Acquire::http::Timeout "30";',
      'Acquire::https::Timeout "30";',
      'APT::Get::AllowUnauthenticated "false";',
      'Acquire::AllowInsecureRepositories "false";',
      ...proxies,
      '',
    ].join('\n');
  }

  #apt(argv: readonly string[], signal: AbortSignal, okCodes: readonly number[] = [0], cwd?: string) {
    return run(argv, { signal, okCodes, cwd, env: { APT_CONFIG: join(this.#dir, 'apt.conf') } });
  }
}

/** The fields that are needed here of a record in deb822 syntax; undefined for a text without one. */
export function parsePackage(text: string): PackageRecord | undefined {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1];
  const [name, version, sha256] = [field('Package'), field('Version'), field('SHA256')];
  if (name === undefined || version === undefined || sha256 === undefined) return undefined;
  return { name, version, sha256, size: Number(field('Size') ?? 0), depends: field('Depends') ?? '' };
}
