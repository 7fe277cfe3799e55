/** A source with its code, which is loaded when it is first asked. */
import type { ArtifactSource } from '../types.ts';
import type { Base, Source } from './source.ts';

export function opened({ scheme, open }: Source, base: Base): ArtifactSource {
  let code: Promise<ArtifactSource> | undefined;
  const load = () => {
    code ??= open(base);
    return code;
  };
  return {
    scheme,
    resolve: async (query, signal) => (await load()).resolve(query, signal),
    materialise: async (resolved, signal) => (await load()).materialise(resolved, signal),
  };
}
