/** Debian's source packages: found in a suite's signed index, fetched by apt, unpacked with Debian's patches. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError } from '../lib/errors.ts';
import { run } from '../lib/exec.ts';
import type { AptRoot } from './apt-root.ts';
import type { Cache } from './cache.ts';

export interface SourceFile {
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
}

export interface SourcePackage {
  readonly name: string;
  readonly version: string;
  /** Its description (.dsc) and what that names. */
  readonly files: readonly SourceFile[];
}

/** What an entry of the cache has of one. */
const TREE = 'tree.tar.zst';

/** The newest version of a source package in a suite; undefined when the suite has none. */
export async function findSource(
  root: AptRoot,
  name: string,
  signal: AbortSignal,
): Promise<SourcePackage | undefined> {
  const text = await root.ask(`source ${name}`, ['showsrc', '--only-source', name], signal);
  let newest: SourcePackage | undefined;
  for (const record of parseSources(text).filter((one) => one.name === name)) {
    if (newest === undefined || (await isNewer(record.version, newest.version, signal))) newest = record;
  }
  return newest;
}

async function isNewer(version: string, than: string, signal: AbortSignal): Promise<boolean> {
  const argv = ['dpkg', '--compare-versions', version, 'gt', than];
  return (await run(argv, { signal, okCodes: [0, 1] })).exitCode === 0;
}

/** Records of a Sources index, which are in deb822 syntax. */
export function parseSources(text: string): SourcePackage[] {
  return text.split(/\n{2,}/).flatMap((record) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(record)?.[1];
    const [name, version] = [field('Package'), field('Version')];
    const list = /^Checksums-Sha256:\s*\n((?: .*\n?)+)/m.exec(record)?.[1];
    if (name === undefined || version === undefined || list === undefined) return [];
    const files = list.split('\n').flatMap((line) => {
      const [sha256, size, file] = line.trim().split(/\s+/);
      return sha256 === undefined || file === undefined ? [] : [{ name: file, sha256, size: Number(size) }];
    });
    return [{ name, version, files }];
  });
}

/** The unpacked tree as one file of the cache, a tar. */
export async function unpackedSource(
  root: AptRoot,
  source: SourcePackage,
  cache: Cache,
  signal: AbortSignal,
): Promise<string> {
  const inputs = source.files.map(({ name, sha256 }) => `${name}=${sha256}`);
  const name = `${source.name}_${source.version}`;
  const make = (dir: string, held: AbortSignal) => unpack(root, source, dir, held);
  const entry = await cache.entry({ kind: 'source', name, inputs, network: true, make }, signal);
  return join(entry.dir, TREE);
}

async function unpack(
  root: AptRoot,
  { name, version, files }: SourcePackage,
  dir: string,
  signal: AbortSignal,
): Promise<void> {
  const wanted = `${name}=${version}`;
  await root.fetch(['source', '--download-only', '--only-source', wanted], `${wanted} (source)`, dir, signal);
  const there = await readdir(dir);
  for (const file of files) {
    if (!there.includes(file.name)) throw new ArtifactError('download', `apt downloaded no ${file.name}`);
    await root.verify(join(dir, file.name), file.sha256, signal);
  }
  const dsc = files.find((file) => file.name.endsWith('.dsc'));
  if (dsc === undefined) throw new ArtifactError('download', `${wanted} has no .dsc`);
  // All of it was verified by the signed index.
  const unpacking = ['dpkg-source', '--no-check', '--extract', dsc.name, 'tree'];
  await run(unpacking, { cwd: dir, signal });
  const order = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner'];
  await run(['tar', '--create', '--zstd', ...order, '--file', TREE, '--directory', 'tree', '.'], {
    cwd: dir,
    signal,
  });
  for (const one of await readdir(dir)) {
    if (one !== TREE) await rm(join(dir, one), { recursive: true });
  }
}

/** Writes an unpacked tree into a folder that is there. */
export async function writeSource(file: string, to: string, signal: AbortSignal): Promise<void> {
  await run(['tar', '--extract', '--zstd', '--no-same-owner', '--file', file, '--directory', to], { signal });
}

/** A file of an unpacked tree, by its path in it; undefined when there is none. */
export async function fileOfSource(
  file: string,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const argv = ['tar', '--extract', '--zstd', '--to-stdout', '--occurrence', '--file', file, `./${path}`];
  // 2: there is no such file in it.
  const { exitCode, stdout } = await run(argv, { signal, okCodes: [0, 2] });
  return exitCode === 0 ? stdout : undefined;
}
