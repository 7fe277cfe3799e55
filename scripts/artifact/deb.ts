/** Artifacts from Debian's packages: `deb:<suite>`. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../lib/exec.ts';
import { AptRoot, type PackageRecord } from './apt-root.ts';
import { type Cache, type CachedFile, fileOf } from './cache.ts';
import { packLayer } from './layer.ts';
import type { ArtifactSource, Layer, ResolvedArtifact, SourceQuery } from './types.ts';
import { matchesVersion, upstreamVersion } from './version.ts';

/** Component -> package. */
const PACKAGES: Readonly<Record<string, string>> = {
  runc: 'runc',
  containerd: 'containerd',
  crun: 'crun',
  kernel: 'linux-image-cloud-amd64',
  cniPlugins: 'containernetworking-plugins',
  etcd: 'etcd-server',
  busybox: 'busybox-static',
};

/** Packages that hold the parts of a kernel, beside the one that is named `linux-image-…` (7.x splits them). */
const KERNEL_PARTS = /^linux-(?:image|base|binary|modules)-\d/;

/** `suite`, and `packages` as `<name>=<version>=<sha256>`, separated by spaces. */
type Located = Pick<ResolvedArtifact, 'locator'>;

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
    const name = PACKAGES[component];
    if (name === undefined) return undefined;
    const root = this.#root(suite);
    const found = await root.show(name, signal);
    if (found === undefined) return undefined;
    const parts = component === 'kernel' ? await this.#kernelParts(root, found.depends, signal) : [found];
    const [main] = parts;
    if (main === undefined) return undefined;
    const resolved: ResolvedArtifact = {
      component,
      version: upstreamVersion(main.version),
      packageVersion: main.version,
      source: `deb:${suite}`,
      sha256: main.sha256,
      size: parts.reduce((sum, part) => sum + part.size, 0),
      locator: {
        suite,
        packages: parts.map((part) => `${part.name}=${part.version}=${part.sha256}`).join(' '),
      },
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

  /** The meta package names the kernel's; since 7.x that one names the packages which hold its parts. */
  async #kernelParts(root: AptRoot, depends: string, signal: AbortSignal) {
    const image = dependencies(depends).find((name) => /^linux-image-\d/.test(name));
    const found = image === undefined ? undefined : await root.show(image, signal);
    if (found === undefined) return [];
    const more = dependencies(found.depends).filter((name) => KERNEL_PARTS.test(name));
    const parts = await Promise.all(more.map((name) => root.show(name, signal)));
    return [found, ...parts.filter((part) => part !== undefined)];
  }

  #root(suite: string): AptRoot {
    const root = this.#roots.get(suite) ?? new AptRoot(suite, this.#cache);
    this.#roots.set(suite, root);
    return root;
  }
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
