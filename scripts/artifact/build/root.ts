/**
 * The root that a build sees: of the guests' own suite, so that what is linked in it runs in them. Made by
 * mmdebstrap, like their userland; builds get its `/usr` and `/etc`, read-only, and sealed: a changed one is made again.
 */
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError } from '../../lib/errors.ts';
import { run } from '../../lib/exec.ts';
import { keyringFile } from '../../lib/keyring.ts';
import { type Cache, fileOf } from '../cache.ts';
import { debianMirror } from '../mirror.ts';
import { mmdebstrap } from '../mmdebstrap.ts';
import { sealedEntry, sealTree, TREE } from '../sealed-tree.ts';
import { BASE } from './recipe.ts';
import { NAMES } from './user.ts';

export interface BuilderRoot {
  /** Its entry in the cache; locked by whoever builds, and what builds share is in it. */
  readonly dir: string;
  readonly root: string;
  /** sha256 over all its packages and their versions: the same root anywhere. */
  readonly digest: string;
  /** `gcc-14 14.2.0-19`. */
  readonly compiler: string;
}

/** The guests' userland. */
const SUITE = 'trixie';
/** Nobody reads these in a builder. */
const LEFT_OUT = ['doc', 'man', 'locale', 'info'].map(
  (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
);
const PACKAGES = 'packages';

/** Throws ArtifactError `builder` when it can't be made, such as for a package that isn't there. */
export async function makeRoot(
  extra: readonly string[],
  cache: Cache,
  signal: AbortSignal,
): Promise<BuilderRoot> {
  const packages = [...new Set([...BASE, ...extra])].sort();
  const make = (dir: string, held: AbortSignal) => fill(dir, packages, held);
  const name = [SUITE, ...extra].join('+');
  const inputs = [SUITE, ...packages, ...LEFT_OUT, ...Object.values(NAMES)];
  const entry = await sealedEntry(cache, { kind: 'builder', name, inputs, network: true, make }, signal);
  const list = fileOf(entry, PACKAGES);
  const text = await readFile(list.path, 'utf8');
  const compiler = /^(gcc-\d+) (.*)$/m.exec(text);
  return {
    dir: entry.dir,
    root: join(entry.dir, TREE),
    digest: list.sha256,
    compiler: compiler === null ? 'none' : `${compiler[1]} ${compiler[2]}`,
  };
}

async function fill(dir: string, packages: readonly string[], signal: AbortSignal): Promise<void> {
  const [tar, root] = [join(dir, 'root.tar'), join(dir, TREE)];
  const mirror = await debianMirror(signal);
  const argv = [
    ...['--variant=essential', '--quiet', `--include=${packages.join(',')}`],
    ...['--architectures=amd64', '--aptopt=Acquire::Languages "none"', ...LEFT_OUT],
    ...[SUITE, tar, `deb [signed-by=${keyringFile()}] ${mirror} ${SUITE} main`],
  ];
  try {
    await mmdebstrap(argv, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ArtifactError('builder', `cannot make a builder with ${packages.join(', ')}`, {
      cause: error,
      hint: String(error),
    });
  }
  await mkdir(root);
  // Files of the user's own, whoever owned them.
  const parts = ['./usr', './etc', './var/lib/dpkg/status'];
  await run(['tar', '-xf', tar, '-C', root, '--no-same-owner', ...parts], { signal });
  await run(['chmod', '-R', 'u+rwX', root], { signal });
  await rm(tar);
  for (const [file, line] of Object.entries(NAMES)) await appendFile(join(root, 'etc', file), `${line}\n`);
  await writeFile(
    join(dir, PACKAGES),
    packageList(await readFile(join(root, 'var/lib/dpkg/status'), 'utf8')),
  );
  await sealTree(dir, signal);
}

/** `<name> <version>` of every package in a dpkg status file, sorted. */
export function packageList(status: string): string {
  const lines = status.split('\n\n').flatMap((text) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1];
    const name = field('Package');
    return name === undefined ? [] : [`${name} ${field('Version')}\n`];
  });
  return lines.sort().join('');
}
