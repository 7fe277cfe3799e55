/** Everything that a cell can need, made on first use. */
import { ArtifactError } from '../lib/errors.ts';
import type { Cache } from './cache.ts';
import { DebSource } from './deb.ts';
import { DebSrcSource } from './deb-src.ts';
import type { Repository } from './git/repository.ts';
import { GitSource } from './git.ts';
import { makeImage } from './image.ts';
import { makeKernel } from './kernel.ts';
import { PathSource } from './path.ts';
import { ReleaseSource } from './release.ts';
import { ArtifactResolver } from './resolve.ts';
import type { ArtifactRequest, Image, Kernel, Layer, ResolvedArtifact } from './types.ts';

/** The suite of the initrd's busybox: that of the guests. */
const BUSYBOX_SUITE = 'trixie';

export class Store {
  readonly #cache: Cache;
  readonly #deb: DebSource;
  readonly #git: GitSource;
  readonly #resolver: ArtifactResolver;

  constructor(cache: Cache) {
    this.#cache = cache;
    this.#deb = new DebSource(cache);
    this.#git = new GitSource(cache, this.#deb);
    this.#resolver = new ArtifactResolver([
      this.#deb,
      new ReleaseSource(cache),
      new PathSource(cache),
      this.#git,
      new DebSrcSource(cache, this.#deb),
    ]);
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
    const busybox = await this.#deb.resolve({ component: 'busybox', place: BUSYBOX_SUITE }, signal);
    if (busybox === undefined) throw new ArtifactError('not-found', `deb:${BUSYBOX_SUITE} has no busybox`);
    return makeKernel({ artifact: resolved, busybox, source: this.#deb }, this.#cache, signal);
  }

  image(name: string, signal: AbortSignal): Promise<Image> {
    return makeImage(name, this.#cache, signal);
  }
}
