/** Artifacts from Debian's packages: `deb:<suite>`. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Component } from '../components/component.ts';
import { cardOf } from '../components/index.ts';
import { run } from '../lib/exec.ts';
import { AptRoot, type PackageRecord } from './apt-root.ts';
import { type Cache, type CachedFile, fileOf } from './cache.ts';
import { packLayer } from './layer.ts';
import type { ArtifactSource, Layer, ResolvedArtifact, SourceQuery } from './types.ts';
import { matchesVersion, upstreamVersion } from './version.ts';

/** `suite`, and `packages` as `<name>=<version>=<sha256>`, separated by spaces. */
type Located = Pick<ResolvedArtifact, 'locator'>;

export type Package = Pick<ResolvedArtifact, 'sha256' | 'locator'>;

export class DebSource implements ArtifactSource {
  readonly scheme = 'deb';
  readonly #cache: Cache;
  readonly #roots = new Map<string, AptRoot>();

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  async resolve(
    { component, place: suite, version }: SourceQuery,
    signal: AbortSignal,
  ): Promise<ResolvedArtifact | undefined> {
    const card = cardOf(component);
    if (card?.package === undefined) return undefined;
    const root = this.#root(suite);
    const found = await root.show(card.package, signal);
    if (found === undefined) return undefined;
    const parts = card.parts === undefined ? [found] : await partsOf(root, found.depends, card.parts, signal);
    const [main] = parts;
    if (main === undefined) return undefined;
    const resolved: ResolvedArtifact = {
      component,
      version: upstreamVersion(main.version),
      packageVersion: main.version,
      source: `${this.scheme}:${suite}`,
      sha256: main.sha256,
      size: parts.reduce((sum, part) => sum + part.size, 0),
      locator: locatorOf(suite, parts),
    };
    return version === undefined || matchesVersion(version, resolved.version) ? resolved : undefined;
  }

  async materialise(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Layer> {
    const name = `${resolved.component}-${resolved.version}`;
    const inputs = ['usr', resolved.locator.packages ?? ''];
    const fill = async (dir: string, held: AbortSignal) => {
      await this.unpack(resolved, dir, held);
      // Machines merge layers over their /usr, as systemd-sysext does: nothing else of a package gets there.
      const others = (await readdir(dir)).filter((other) => other !== 'usr');
      for (const other of others) await rm(join(dir, other), { recursive: true });
    };
    return packLayer(this.#cache, { name, inputs, fill }, signal);
  }

  /** Names of a suite's packages that begin so. */
  names(suite: string, prefix: string, signal: AbortSignal): Promise<string[]> {
    return this.#root(suite).names(prefix, signal);
  }

  /** A package of a suite; undefined when it has none of that name. */
  find(suite: string, name: string, signal: AbortSignal): Promise<PackageRecord | undefined> {
    return this.#root(suite).show(name, signal);
  }

  /** A package by its name, for what is no component; undefined when the suite has none. */
  async package(suite: string, name: string, signal: AbortSignal): Promise<Package | undefined> {
    const found = await this.find(suite, name, signal);
    return found && { sha256: found.sha256, locator: locatorOf(suite, [found]) };
  }

  /** Unpacks the packages of an artifact over one another into `dir`, with Debian's merged /usr. */
  async unpack(resolved: Located, dir: string, signal: AbortSignal): Promise<void> {
    for (const deb of await this.#fetch(resolved, signal))
      await run(['dpkg-deb', '-x', deb.path, dir], { signal });
    await mergeUsr(dir);
  }

  async #fetch(resolved: Located, signal: AbortSignal): Promise<CachedFile[]> {
    const root = this.#root(resolved.locator.suite ?? '');
    const packages = (resolved.locator.packages ?? '').split(' ').map((text) => text.split('='));
    return Promise.all(
      packages.map(async ([name = '', version = '', sha256 = '']) => {
        const entry = await this.#cache.entry(
          {
            kind: 'deb',
            name: `${name}_${version}`,
            inputs: [sha256],
            network: true,
            make: (dir, held) => root.download({ name, version, sha256 }, join(dir, 'package.deb'), held),
          },
          signal,
        );
        return fileOf(entry, 'package.deb');
      }),
    );
  }

  #root(suite: string): AptRoot {
    const root = this.#roots.get(suite) ?? new AptRoot(suite, this.#cache);
    this.#roots.set(suite, root);
    return root;
  }
}

function locatorOf(suite: string, parts: readonly PackageRecord[]): ResolvedArtifact['locator'] {
  const packages = parts.map(({ name, version, sha256 }) => `${name}=${version}=${sha256}`);
  return { suite, packages: packages.join(' ') };
}

/** What a package stands for that has only dependencies, the main part first; none when it names no main part. */
async function partsOf(
  root: AptRoot,
  depends: string,
  { main, more }: NonNullable<Component['parts']>,
  signal: AbortSignal,
): Promise<PackageRecord[]> {
  const name = dependencies(depends).find((one) => main.test(one));
  const found = name === undefined ? undefined : await root.show(name, signal);
  if (found === undefined) return [];
  const others = dependencies(found.depends).filter((one) => more.test(one));
  const parts = await Promise.all(others.map((one) => root.show(one, signal)));
  return [found, ...parts.filter((part) => part !== undefined)];
}

/** Names in a `Depends` field, first alternatives only. */
export function dependencies(depends: string): string[] {
  return depends
    .split(',')
    .map((part) => part.trim().split(/[\s|(:]/)[0] ?? '')
    .filter((name) => name !== '');
}

/** Older packages still have /bin, /lib and /sbin beside /usr. */
async function mergeUsr(root: string): Promise<void> {
  const top = await readdir(root);
  for (const name of ['bin', 'sbin', 'lib', 'lib64'].filter((dir) => top.includes(dir))) {
    await mkdir(join(root, 'usr'), { recursive: true });
    await moveInto(join(root, name), join(root, 'usr', name));
  }
}

async function moveInto(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    // Both trees are there: merge them.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    for (const name of await readdir(from)) await moveInto(join(from, name), join(to, name));
  }
}
