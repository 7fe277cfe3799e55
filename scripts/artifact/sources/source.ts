/**
 * A source of artifacts: its scheme, the grammar of what stands after it, and the code behind it. The grammar is pure
 * and small, for every scenario is checked with it; the code is loaded when the first artifact is asked for.
 */
import type { Diagnostic } from '../../lib/diagnostic.ts';
import type { Cache } from '../cache.ts';
import type { DebSource } from '../deb.ts';
import type { GitSource } from '../git.ts';
import type { ArtifactSource } from '../types.ts';

export interface Source {
  /** `deb` of `deb:trixie`: small letters and hyphens. */
  readonly scheme: string;
  /** For documentation: what stands after the colon, `<suite>`, and what one gets, without a full stop. */
  readonly form: string;
  readonly about: string;
  /** Whether artifacts are built on this host, which takes more tools and time. */
  readonly builds: boolean;
  /** What stands after the colon as the value of an axis, or what is wrong with it. Whether it exists, `open` tells. */
  readonly parse: (place: string) => Place | Diagnostic;
  /** The same of an entry of `sources`; absent where bare versions can't be looked up. */
  readonly parseLookup?: (place: string) => Place | Diagnostic;
  /** The code that finds and makes artifacts. */
  readonly open: (base: Base) => Promise<ArtifactSource>;
}

/** What a place says of the artifact, as far as text can tell. Others ask this, never the scheme. */
export interface Place {
  /** Suite of Debian that has it. */
  readonly suite?: string;
  /** Upstream's version. */
  readonly version?: string;
  /** File or folder of this host that it is taken from: watched by `--watch`, named where a network may get it. */
  readonly path?: string;
  /** Revision of the component's repository, which `--repo` can replace. */
  readonly revision?: string;
}

/** What sources stand on. */
export interface Base {
  readonly cache: Cache;
  /** Packages of Debian, for artifacts and for builds. */
  readonly deb: DebSource;
  /** Clones of repositories, and builds of their commits. */
  readonly git: GitSource;
}
