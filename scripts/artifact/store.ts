/** Everything that a cell can need, made on first use. */
import { ArtifactError } from '../lib/errors.ts';
import type { Cache } from './cache.ts';
import { DebSource } from './deb.ts';
import type { Repository } from './git/repository.ts';
import { GitSource } from './git.ts';
import { makeImage } from './image.ts';
import { makeKernel } from './kernel.ts';
import { ArtifactResolver } from './resolve.ts';
import { SOURCES } from './sources/index.ts';
import { opened } from './sources/opened.ts';
import type { ArtifactRequest, Image, Kernel, Layer, ResolvedArtifact } from './types.ts';

/** The initrd's tools, from the suite of the guests. */
const BUSYBOX = { suite: 'trixie', name: 'busybox-static' } as const;

export class Store {
  readonly #cache: Cache;
  readonly #deb: DebSource;
  readonly #git: GitSource;
  readonly #resolver: ArtifactResolver;

  constructor(cache: Cache) {
    this.#cache = cache;
    this.#deb = new DebSource(cache);
    this.#git = new GitSource(cache, this.#deb);
    const base = { cache, deb: this.#deb, git: this.#git };
    this.#resolver = new ArtifactResolver(SOURCES.map((source) => opened(source, base)));
  }

  /** The clone of a repository, named by its address or folder. */
  repository(where: string): Repository {
    return this.#git.repository(where);
  }

  resolve(request: ArtifactRequest, signal: AbortSignal): Promise<ResolvedArtifact> {
    return this.#resolver.resolve(request, signal);
  }

  layer(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Layer> {
    return this.#resolver.materialise(resolved, signal);
  }

  async kernel(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Kernel> {
    const busybox = await this.#deb.package(BUSYBOX.suite, BUSYBOX.name, signal);
    if (busybox === undefined) {
      throw new ArtifactError('not-found', `Debian ${BUSYBOX.suite} has no package ${BUSYBOX.name}`);
    }
    return makeKernel({ artifact: resolved, busybox, source: this.#deb }, this.#cache, signal);
  }

  image(name: string, signal: AbortSignal): Promise<Image> {
    return makeImage(name, this.#cache, signal);
  }
}
