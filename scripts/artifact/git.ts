/** Any commit of a component as an artifact, built here: `git:<rev>`. */
import { basename, dirname } from 'node:path';
import type { BuildRecipe } from '../components/build-recipe.ts';
import { sha256Text } from '../lib/hash.ts';
import { buildTree } from './build/build.ts';
import { recipeOf } from './build/recipe.ts';
import type { SourceTree } from './build/source-tree.ts';
import type { Cache } from './cache.ts';
import type { DebSource } from './deb.ts';
import { locationOf } from './git/location.ts';
import { Repository } from './git/repository.ts';
import type { Revision } from './git/revision.ts';
import { mainProgram } from './programs.ts';
import type { ArtifactSource, Layer, ResolvedArtifact, SourceQuery } from './types.ts';

export class GitSource implements ArtifactSource {
  readonly scheme = 'git';
  readonly #cache: Cache;
  readonly #deb: DebSource;
  readonly #repositories = new Map<string, Repository>();

  constructor(cache: Cache, deb: DebSource) {
    this.#cache = cache;
    this.#deb = deb;
  }

  /** The clone of a repository, named by its address or folder; one for each of them. */
  repository(where: string): Repository {
    const location = locationOf(where);
    const repository = this.#repositories.get(location.shown) ?? new Repository(location, this.#cache);
    this.#repositories.set(location.shown, repository);
    return repository;
  }

  /** Finds the commit and its tree; nothing is built. Throws ArtifactError `not-found`, `conflict`, `fetch-failed`. */
  async resolve(
    { component, place, build }: SourceQuery,
    signal: AbortSignal,
  ): Promise<ResolvedArtifact | undefined> {
    if (mainProgram(component) === undefined) return undefined;
    const recipe = recipeOf(component, build);
    const repository = this.repository(recipe.repository);
    const revision = await repository.revision(place, signal);
    const { tree, empty } = await repository.compose(revision, signal);
    for (const { operator, name } of empty) {
      const how = operator === '+' ? 'is in it already' : 'is not in it';
      this.#cache.notice(`${component} ${this.scheme}:${place}: ${name} changes nothing: it ${how}`);
    }
    const described = (await repository.describe(revision.commit, signal)).replace(/^v(?=\d)/, '');
    const tag = await repository.nearestTag(revision.commit, signal);
    return {
      component,
      version: withChanges(described, revision, 9),
      packageVersion: withChanges(revision.commit.slice(0, 12), revision, 12),
      source: `${this.scheme}:${place}`,
      sha256: sha256Text(JSON.stringify([tree, tag, recipe])),
      size: 0,
      locator: {
        repository: repository.location.shown,
        tree,
        tag,
        commit: withChanges(revision.commit, revision, 40),
        recipe: JSON.stringify(recipe),
      },
    };
  }

  /** Builds it. Throws what `buildTree` throws. */
  async materialise(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Layer> {
    const { component, version, locator } = resolved;
    const { repository = '', tree = '', tag = '', commit = '' } = locator;
    const recipe: BuildRecipe = JSON.parse(locator.recipe ?? '{}');
    const source = treeOf(this.repository(repository), tree, commit.split(/[+-]/));
    const order = { component, version, source, tag, recipe };
    const { layer, record } = await buildTree(order, this.#deb, this.#cache, signal);
    return { ...layer, build: { repository, commit, ...record } };
  }
}

function treeOf(repository: Repository, tree: string, commits: readonly string[]): SourceTree {
  const name = basename(dirname(repository.dir));
  return {
    id: tree,
    shown: repository.location.shown,
    file: (path, signal) => repository.file(tree, path, signal),
    write: (to, signal) => repository.checkOut(tree, to, signal),
    handedOver: (to, signal) => repository.handedOver(to, signal),
    // Anybody can propose a change, and refs/pull/… then has it; those who publish didn't take it yet.
    group: async (signal) => ((await repository.isPublished(commits, signal)) ? name : `${name}-proposed`),
    kept: name,
  };
}

/** `<base>+<hash>-<hash>`, each hash with so many digits. */
function withChanges(base: string, { changes }: Revision, digits: number): string {
  return [base, ...changes.map(({ operator, commit }) => operator + commit.slice(0, digits))].join('');
}
