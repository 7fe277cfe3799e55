/** Which Go a tree is built with: the oldest packaged one that it accepts, from Debian's suites. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError } from '../../lib/errors.ts';
import type { PackageRecord } from '../apt-root.ts';
import type { Cache } from '../cache.ts';
import type { DebSource } from '../deb.ts';
import { sealedEntry, sealTree, TREE } from '../sealed-tree.ts';
import { upstreamVersion } from '../version.ts';

export interface GoToolchain {
  /** `1.19`: the tree has `usr/lib/go-1.19`. */
  readonly minor: string;
  /** Packages that it comes from, `golang-1.19-go=1.19.8-2=<sha256> …`. */
  readonly packages: string;
  readonly suite: string;
}

/** From old to new. `upTo`: the newest 1.x of a suite that gets no more; others are asked. */
const SUITES: readonly { readonly suite: string; readonly upTo?: number }[] = [
  { suite: 'bullseye', upTo: 15 },
  { suite: 'bookworm', upTo: 19 },
  { suite: 'bookworm-backports', upTo: 23 },
  { suite: 'trixie', upTo: 24 },
  { suite: 'trixie-backports' },
  { suite: 'forky' },
  { suite: 'sid' },
];

type Numbers = readonly [minor: number, patch: number];

/** The `go` line of a go.mod (https://go.dev/ref/mod#go-mod-file-go); undefined when it has none. */
export function goDirective(goMod: string): string | undefined {
  return /^go\s+(\d+\.\d+(?:\.\d+)?)/m.exec(goMod)?.[1];
}

/** What is asked of apt: a suite's packages. */
export type GoPackages = Pick<DebSource, 'names' | 'find'>;

/** Throws ArtifactError `not-found` when no suite has a Go that is new enough, UsageError never. */
export async function chooseGo(wanted: string, apt: GoPackages, signal: AbortSignal): Promise<GoToolchain> {
  const least = numbersOf(wanted);
  for (const { suite, upTo } of SUITES) {
    if (upTo !== undefined && upTo < least[0]) continue;
    const names = await apt.names(suite, 'golang-1.', signal);
    const minors = names.flatMap(
      (name) => Number(/^golang-1\.(\d+)-go$/.exec(name)?.[1] ?? Number.NaN) || [],
    );
    for (const minor of minors.filter((one) => one >= least[0]).sort((a, b) => a - b)) {
      const [go, src] = await Promise.all([
        apt.find(suite, `golang-1.${minor}-go`, signal),
        apt.find(suite, `golang-1.${minor}-src`, signal),
      ]);
      if (go === undefined || src === undefined || isOlder(numbersOf(upstreamVersion(go.version)), least))
        continue;
      return { minor: `1.${minor}`, packages: [go, src].map(exactly).join(' '), suite };
    }
  }
  throw new ArtifactError('not-found', `no suite of Debian has Go ${wanted} or later`);
}

/** The toolchain as a tree in the cache; `usr/lib/go-<minor>` in it is GOROOT. */
export async function unpackGo(
  { minor, packages, suite }: GoToolchain,
  deb: Pick<DebSource, 'unpack'>,
  cache: Cache,
  signal: AbortSignal,
): Promise<string> {
  const make = async (dir: string, held: AbortSignal) => {
    await mkdir(join(dir, TREE));
    await deb.unpack({ locator: { suite, packages } }, join(dir, TREE), held);
    await writeFile(join(dir, 'packages'), `${packages}\n`);
    await sealTree(dir, held);
  };
  const inputs = [packages, 'sealed'];
  const entry = await sealedEntry(
    cache,
    { kind: 'go', name: `go-${minor}`, inputs, network: false, make },
    signal,
  );
  return join(entry.dir, TREE);
}

function exactly({ name, version, sha256 }: PackageRecord): string {
  return `${name}=${version}=${sha256}`;
}

function numbersOf(version: string): Numbers {
  const [, minor = '0', patch = '0'] = /^1\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  return [Number(minor), Number(patch)];
}

function isOlder(one: Numbers, other: Numbers): boolean {
  return one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
}
