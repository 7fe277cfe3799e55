/** A user's own binary or folder as an artifact: `path:<file or folder>`. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { ArtifactError } from '../lib/errors.ts';
import { sha256File } from '../lib/hash-file.ts';
import type { Cache } from './cache.ts';
import { packLayer } from './layer.ts';
import { mainProgram, placePrograms } from './programs.ts';
import { copyItems, type Item, itemsOf } from './tree.ts';
import type { ArtifactSource, Layer, ResolvedArtifact, SourceQuery } from './types.ts';

/** The file or folder that `path:` names: relative to where repro is run, `~` is the home folder. */
export function resolvePath(place: string): string {
  return resolve(place.replace(/^~(?=\/|$)/, homedir()));
}

export class PathSource implements ArtifactSource {
  readonly scheme = 'path';
  readonly #cache: Cache;

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /** Throws UsageError for a path that isn't there, or that is no program. */
  async resolve(
    { component, place }: SourceQuery,
    signal: AbortSignal,
  ): Promise<ResolvedArtifact | undefined> {
    const program = mainProgram(component);
    if (program === undefined) return undefined;
    const path = resolvePath(place);
    const items = await itemsOf(path, component, program);
    const sha256 = await digestOf(path, items, signal);
    const version = `local-${sha256.slice(0, 8)}`;
    const packageVersion = `${basename(path)}@${sha256.slice(0, 12)}`;
    return {
      component,
      version,
      packageVersion,
      source: `${this.scheme}:${place}`,
      sha256,
      size: 0,
      locator: { path },
    };
  }

  async materialise(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Layer> {
    const { component, version, sha256, locator } = resolved;
    const path = locator.path ?? '';
    const fill = async (root: string, held: AbortSignal) => {
      const items = await itemsOf(path, component, mainProgram(component) ?? '');
      await copyItems(path, items, root);
      const copies = items.map((item) => ({ ...item, from: join(root, item.to) }));
      if ((await digestOf(path, copies, held)) !== sha256) {
        throw new ArtifactError('changed', `${path} changed while it was read`, { hint: 'run it again' });
      }
      await placePrograms(root, component, path);
    };
    return packLayer(
      this.#cache,
      { name: `${component}-${version}`, inputs: ['path', component, sha256], fill },
      signal,
    );
  }
}

/** Of a file, its own digest, so that it can be compared; of a folder, that of all names, modes and contents. */
async function digestOf(path: string, items: readonly Item[], signal: AbortSignal): Promise<string> {
  const [only] = items;
  if (only !== undefined && items.length === 1 && !(await stat(path)).isDirectory()) {
    return sha256File(only.from, signal);
  }
  const hash = createHash('sha256');
  for (const { from, to, executable, link } of items) {
    const content = link === undefined ? await sha256File(from, signal) : `-> ${link}`;
    hash.update(`${to}\0${executable ? 'x' : '-'}\0${content}\0`);
  }
  return hash.digest('hex');
}
