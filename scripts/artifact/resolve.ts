/** From what a scenario says (`1.1.15`, `deb:trixie`) to one exact build. */
import { ArtifactError, UsageError } from '../lib/errors.ts';
import { splitSpec } from './spec.ts';
import type { ArtifactRequest, ArtifactSource, Layer, ResolvedArtifact } from './types.ts';
import { matchesVersion } from './version.ts';

export class ArtifactResolver {
  readonly #sources: ReadonlyMap<string, ArtifactSource>;
  readonly #answers = new Map<string, Promise<ResolvedArtifact>>();

  constructor(sources: readonly ArtifactSource[]) {
    this.#sources = new Map(sources.map((source) => [source.scheme, source]));
  }

  /** Throws ArtifactError `not-found`, naming what there is, or UsageError for an unknown scheme. */
  resolve(request: ArtifactRequest, signal: AbortSignal): Promise<ResolvedArtifact> {
    const key = JSON.stringify([request.component, request.spec, request.sources, request.build]);
    const answer = this.#answers.get(key) ?? this.#find(request, signal);
    this.#answers.set(key, answer);
    answer.catch(() => this.#answers.delete(key));
    return answer;
  }

  materialise(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Layer> {
    return this.#source(resolved.source).source.materialise(resolved, signal);
  }

  async #find(request: ArtifactRequest, signal: AbortSignal): Promise<ResolvedArtifact> {
    const { component, spec, sources, build } = request;
    if (splitSpec(spec).scheme !== undefined) {
      const { source, place } = this.#source(spec);
      const found = await source.resolve({ component, place, build }, signal);
      if (found !== undefined) return found;
      throw new ArtifactError('not-found', `${spec} has no ${component}`);
    }
    const seen: string[] = [];
    for (const name of sources) {
      const { source, place } = this.#source(name);
      // A suite has one version, and what that is helps whoever asked for another.
      const version = place === '' ? spec : undefined;
      const found = await source.resolve({ component, place, version }, signal);
      if (found !== undefined && (matchesVersion(spec, found.version) || spec === found.packageVersion))
        return found;
      seen.push(found === undefined ? `${name} has none` : `${name} has ${found.version}`);
    }
    throw new ArtifactError('not-found', `no source has ${component} ${spec}: ${seen.join(', ')}`, {
      hint: `use a version that is there, name a source (${component}: deb:sid), or add one to 'sources'`,
    });
  }

  #source(spec: string): { source: ArtifactSource; place: string } {
    const { scheme = '', place } = splitSpec(spec);
    const source = this.#sources.get(scheme);
    if (source === undefined) {
      const known = [...this.#sources.keys()].map((name) => `${name}:`).join(', ');
      throw new UsageError(
        'source',
        `there is no artifact source '${scheme}:' (in ${spec}); there is ${known}`,
      );
    }
    return { source, place };
  }
}
