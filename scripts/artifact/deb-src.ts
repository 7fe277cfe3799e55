/** Components built here from Debian's source packages: `deb-src:<suite>`. */
import { mkdir } from 'node:fs/promises';
import type { BuildRecipe } from '../components/build-recipe.ts';
import { cardOf, componentsThat } from '../components/index.ts';
import { ArtifactError } from '../lib/errors.ts';
import { sha256Text } from '../lib/hash.ts';
import { AptRoot } from './apt-root.ts';
import { buildTree } from './build/build.ts';
import { recipeOf } from './build/recipe.ts';
import type { SourceTree } from './build/source-tree.ts';
import type { Cache } from './cache.ts';
import type { DebSource } from './deb.ts';
import {
  fileOfSource,
  findSource,
  type SourcePackage,
  unpackedSource,
  writeSource,
} from './source-packages.ts';
import type { ArtifactSource, Layer, ResolvedArtifact, SourceQuery } from './types.ts';
import { matchesVersion, upstreamVersion } from './version.ts';

export class DebSrcSource implements ArtifactSource {
  readonly scheme = 'deb-src';
  readonly #cache: Cache;
  readonly #deb: DebSource;
  readonly #roots = new Map<string, AptRoot>();

  constructor(cache: Cache, deb: DebSource) {
    this.#cache = cache;
    this.#deb = deb;
  }

  /** Finds the source package; nothing is fetched or built. Throws ArtifactError `not-found` where no recipe knows one. */
  async resolve(
    { component, place: suite, version: wanted, build }: SourceQuery,
    signal: AbortSignal,
  ): Promise<ResolvedArtifact | undefined> {
    const shipped = cardOf(component)?.recipe?.sourcePackage;
    if (shipped === undefined) {
      if (wanted !== undefined) return undefined;
      const able = componentsThat(({ recipe }) => recipe?.sourcePackage !== undefined);
      throw new ArtifactError('not-found', `${component} can't be built from a source package of Debian's`, {
        hint: `${able.join(' and ')} can; for ${component}, name deb:<suite> or git:<revision>`,
      });
    }
    const source = await findSource(this.#root(suite), shipped, signal);
    if (source === undefined) return undefined;
    const version = upstreamVersion(source.version);
    if (wanted !== undefined && !matchesVersion(wanted, version)) return undefined;
    const recipe = recipeOf(component, build);
    return {
      component,
      version,
      packageVersion: source.version,
      source: `${this.scheme}:${suite}`,
      sha256: sha256Text(JSON.stringify([digestOf(source), recipe])),
      size: source.files.reduce((sum, { size }) => sum + size, 0),
      locator: { suite, package: JSON.stringify(source), recipe: JSON.stringify(recipe) },
    };
  }

  /** Fetches and builds it. Throws what `buildTree` throws. */
  async materialise(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Layer> {
    const { component, version, locator, source: from } = resolved;
    const found: SourcePackage = JSON.parse(locator.package ?? '{}');
    const recipe: BuildRecipe = JSON.parse(locator.recipe ?? '{}');
    const source = treeOf(found, from, (held) =>
      unpackedSource(this.#root(locator.suite ?? ''), found, this.#cache, held),
    );
    const order = { component, version, source, tag: `v${version}`, recipe };
    const { layer, record } = await buildTree(order, this.#deb, this.#cache, signal);
    return { ...layer, build: { repository: from, commit: `${found.name} ${found.version}`, ...record } };
  }

  #root(suite: string): AptRoot {
    const root = this.#roots.get(suite) ?? new AptRoot(suite, this.#cache, 'deb-src');
    this.#roots.set(suite, root);
    return root;
  }
}

function digestOf({ files }: SourcePackage): string {
  return sha256Text(JSON.stringify(files.map(({ name, sha256 }) => [name, sha256])));
}

function treeOf(
  source: SourcePackage,
  from: string,
  unpacked: (signal: AbortSignal) => Promise<string>,
): SourceTree {
  return {
    id: digestOf(source),
    group: async () => `deb-src-${source.name}`,
    shown: from,
    file: async (path, signal) => fileOfSource(await unpacked(signal), path, signal),
    async write(to, signal) {
      await mkdir(to, { recursive: true });
      await writeSource(await unpacked(signal), to, signal);
    },
  };
}
