/** Upstream's own release files as artifacts: `release:<version>`. */
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ReleaseArch } from '../components/releases.ts';
import { ArtifactError } from '../lib/errors.ts';
import { run } from '../lib/exec.ts';
import { readJson } from '../lib/json.ts';
import { type Cache, type CachedFile, type EntryRequest, fileOf } from './cache.ts';
import { type DownloadOptions, download, sizeOf } from './download.ts';
import { packLayer } from './layer.ts';
import { mainProgram, placeOf, placePrograms } from './programs.ts';
import { findChecksum, type Release, releaseFiles } from './release-layout.ts';
import { type Keyring, releaseKeyring, verifySignature } from './signature.ts';
import type { ArtifactSource, Layer, ResolvedArtifact, SourceQuery } from './types.ts';

/** Of the machines. */
const ARCH: ReleaseArch = 'amd64';

/** A whole version; the projects' tags have a `v` before it. */
const VERSION = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?)$/;

/** What is looked up before anything is downloaded. */
const factsSchema = z.object({
  sha256: z.string(),
  /** Bytes; undefined when the server doesn't tell. */
  size: z.number().optional(),
});
type Facts = Readonly<z.infer<typeof factsSchema>>;

export class ReleaseSource implements ArtifactSource {
  readonly scheme = 'release';
  readonly #cache: Cache;
  readonly #options: DownloadOptions;

  constructor(cache: Cache, options: DownloadOptions = {}) {
    this.#cache = cache;
    this.#options = { notice: cache.notice, ...options };
  }

  /** Throws ArtifactError when the release page can't be read, UsageError for a wrong setting. */
  async resolve(
    { component, place, version }: SourceQuery,
    signal: AbortSignal,
  ): Promise<ResolvedArtifact | undefined> {
    const [, wanted] = VERSION.exec(place || (version ?? '')) ?? [];
    const release = wanted === undefined ? undefined : releaseFiles(component, wanted, ARCH);
    if (wanted === undefined || release === undefined) return undefined;
    const keyring = release.signature === undefined ? undefined : await releaseKeyring();
    const facts = await this.#facts(component, wanted, release, signal).catch(async (error) => {
      if (!isArtifactError(error, 'not-found')) throw error;
      // One of several sources that are asked: the next one may have it.
      if (place === '') return undefined;
      throw await missing(error, component, wanted, release);
    });
    if (facts === undefined) return undefined;
    const url = addressOf(release, release.file);
    return {
      component,
      version: wanted,
      packageVersion: `v${wanted}`,
      source: `${this.scheme}:${wanted}`,
      sha256: facts.sha256,
      size: facts.size ?? 0,
      download: { url, verified: keyring === undefined ? 'checksum only' : 'checksum and signature' },
      locator: { url },
    };
  }

  async materialise(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Layer> {
    const { component, version, sha256 } = resolved;
    const release = releaseFiles(component, version, ARCH);
    if (release === undefined) throw new Error(`no release of ${component} was ever resolved`);
    const keyring = release.signature === undefined ? undefined : await releaseKeyring();
    // A layer that was made without a signature, or with other keys, is not what is asked for with these.
    const trust = keyring === undefined ? [] : [`signed by ${keyring.sha256}`];
    const fill = async (root: string, held: AbortSignal) => {
      const file = await this.#file(resolved, release, held);
      if (keyring !== undefined) await this.#checkSignature(file, { resolved, release, keyring }, held);
      await unpack(file.path, { component, release }, root, held);
    };
    const inputs = ['release', component, sha256, ...trust];
    return packLayer(this.#cache, { name: `${component}-${version}`, inputs, fill }, signal);
  }

  /** What a server said once stays, as its release files do; a folder is looked at each time. */
  async #facts(component: string, version: string, release: Release, signal: AbortSignal): Promise<Facts> {
    const request = await factsRequest(component, version, release);
    const make = async (dir: string, held: AbortSignal) => {
      const text = await this.#read(release.checksums, release, dir, held);
      const sha256 = findChecksum(text, basename(release.file), addressOf(release, release.checksums));
      const size = await sizeOf(addressOf(release, release.file), held, this.#options);
      await writeFile(join(dir, FACTS), JSON.stringify({ sha256, size } satisfies Facts));
    };
    const entry = await this.#cache.entry({ ...request, network: isRemote(release), make }, signal);
    return readJson(fileOf(entry, FACTS).path, factsSchema);
  }

  /** The release file itself. What a broken download left is kept for the next one, by this or another run. */
  async #file(
    { component, version, sha256 }: ResolvedArtifact,
    release: Release,
    signal: AbortSignal,
  ): Promise<CachedFile> {
    const make = (dir: string, held: AbortSignal) =>
      download({ url: addressOf(release, release.file), to: join(dir, FILE), sha256 }, held, this.#options);
    const request = { kind: 'release', name: `${component}-${version}`, inputs: [sha256] };
    const entry = await this.#cache
      .entry({ ...request, network: isRemote(release), resumes: true, make }, signal)
      .catch(async (error) => {
        // The checksum may be the one that is out of date: the next run asks for it again.
        if (isArtifactError(error, 'digest'))
          await this.#cache.discard(await factsRequest(component, version, release));
        throw error;
      });
    return fileOf(entry, FILE);
  }

  async #checkSignature(
    file: CachedFile,
    { resolved, release, keyring }: Signed,
    signal: AbortSignal,
  ): Promise<void> {
    const { component, version } = resolved;
    const path = release.signature ?? '';
    const make = async (dir: string, held: AbortSignal) => {
      await this.#read(path, release, dir, held);
    };
    const request = { kind: 'signature', name: `${component}-${version}`, inputs: [file.sha256, path] };
    try {
      const entry = await this.#cache.entry({ ...request, network: isRemote(release), make }, signal);
      const signature = fileOf(entry, basename(path)).path;
      await verifySignature(file.path, signature, keyring, signal);
    } catch (error) {
      if (isArtifactError(error, 'signature')) {
        await this.#cache.discard(request);
        const what = `${addressOf(release, release.file)} is refused: ${error.message}`;
        throw new ArtifactError('signature', what, { hint: error.hint, cause: error });
      }
      throw error;
    }
  }

  /** Downloads a small file of the release into `dir`, under its own name. */
  async #read(path: string, release: Release, dir: string, signal: AbortSignal): Promise<string> {
    const to = join(dir, basename(path));
    await download({ url: addressOf(release, path), to }, signal, this.#options);
    return readFile(to, 'utf8');
  }
}

/** What a release file's signature is checked by. */
interface Signed {
  readonly resolved: ResolvedArtifact;
  readonly release: Release;
  readonly keyring: Keyring;
}

const FACTS = 'facts.json';
const FILE = 'file';

const addressOf = (release: Release, path: string): string => `${release.base}/${path}`;
const isRemote = (release: Release): boolean => !release.base.startsWith('file:');

function isArtifactError(error: unknown, code: string): error is ArtifactError {
  return error instanceof ArtifactError && error.code === code;
}

/** The cache's entry for what is known of a release. One of a folder is known by the time of its checksum file. */
async function factsRequest(
  component: string,
  version: string,
  release: Release,
): Promise<Pick<EntryRequest, 'kind' | 'name' | 'inputs'>> {
  const checksums = addressOf(release, release.checksums);
  const inputs = [addressOf(release, release.file), checksums];
  if (!isRemote(release)) {
    const stats = await stat(fileURLToPath(checksums)).catch(() => undefined);
    inputs.push(`${stats?.mtimeMs} ${stats?.size}`);
  }
  return { kind: 'checksum', name: `${component}-${version}`, inputs };
}

/** Says which version is missing where; of a folder, also which are there. */
async function missing(error: ArtifactError, component: string, version: string, release: Release) {
  const there = isRemote(release) ? [] : await readdir(fileURLToPath(release.base)).catch(() => []);
  const versions = there.filter((name) => VERSION.test(name)).sort();
  const list = versions.length === 0 ? '' : `; there are ${versions.join(', ')}`;
  return new ArtifactError('not-found', `no release ${component} ${version}: ${error.message}${list}`, {
    hint: `check the version; ${release.variable} names another place to look for it`,
    cause: error,
  });
}

/** Puts the component's programs where they belong. */
async function unpack(
  file: string,
  { component, release }: { readonly component: string; readonly release: Release },
  root: string,
  signal: AbortSignal,
): Promise<void> {
  const { content, base, file: path } = release;
  if (content.kind === 'program') {
    const to = join(root, placeOf(component, mainProgram(component) ?? component));
    await mkdir(dirname(to), { recursive: true });
    await copyFile(file, to);
  } else {
    const into = join(root, content.into);
    await mkdir(into, { recursive: true });
    const strip = content.strip === undefined ? [] : [`--strip-components=${content.strip}`];
    await run(['tar', '-xzf', file, '-C', into, '--no-same-owner', ...strip, ...content.members], { signal });
  }
  await placePrograms(root, component, `${base}/${path}`);
}
