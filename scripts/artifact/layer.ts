/** A folder as a layer: a squashfs image that machines mount read-only. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../lib/exec.ts';
import { type Cache, fileOf } from './cache.ts';
import type { Layer } from './types.ts';

/**
 * LZ4, because an emulated guest pays for every byte that it unpacks; every Debian kernel since 5.10 reads it.
 * One time stamp and one owner for all, so that the same files give the same image.
 */
const OPTIONS = [
  ...['-comp', 'lz4', '-all-root', '-noappend', '-no-progress', '-quiet', '-no-xattrs'],
  ...['-mkfs-time', '0', '-all-time', '0'],
];
const FILE = 'layer.squashfs';

export async function packSquashfs(dir: string, to: string, signal: AbortSignal): Promise<void> {
  await run(['mksquashfs', dir, to, ...OPTIONS], { signal, env: { SOURCE_DATE_EPOCH: undefined } });
}

export interface LayerContent {
  readonly name: string;
  /** They decide what `fill` makes. */
  readonly inputs: readonly string[];
  readonly fill: (dir: string, signal: AbortSignal) => Promise<void>;
}

/** The layer of whatever `fill` puts into a folder. */
export async function packLayer(
  cache: Cache,
  { name, inputs, fill }: LayerContent,
  signal: AbortSignal,
): Promise<Layer> {
  const make = async (dir: string, held: AbortSignal) => {
    // Beside the image to be made, for /tmp may be small.
    const root = join(dir, 'root');
    await mkdir(root);
    try {
      await fill(root, held);
      await packSquashfs(root, join(dir, FILE), held);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  };
  // What it needs from the network are entries of their own.
  const entry = await cache.entry(
    { kind: 'layer', name, inputs: [...OPTIONS, ...inputs], network: false, make },
    signal,
  );
  const { path, sha256, bytes } = fileOf(entry, FILE);
  return { name, file: path, sha256, bytes };
}
