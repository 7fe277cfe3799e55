/** Userlands: an image definition of `vm/images/` made into a squashfs by mmdebstrap. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ArtifactError } from '../lib/errors.ts';
import { shell } from '../lib/exec.ts';
import { sha256File } from '../lib/hash-file.ts';
import { keyringFile } from '../lib/keyring.ts';
import { packageRoot } from '../lib/paths.ts';
import { shellQuote } from '../lib/quote.ts';
import { type Cache, fileOf } from './cache.ts';
import { debianMirror } from './mirror.ts';
import { mmdebstrap } from './mmdebstrap.ts';
import type { Image } from './types.ts';

const Definition = z.strictObject({
  suite: z.string(),
  packages: z.array(z.string()).min(1),
});

const FILE = 'image.squashfs';

/** Makes an image once. Its inputs are the definition and every file of the guest. Throws ArtifactError. */
export async function makeImage(name: string, cache: Cache, signal: AbortSignal): Promise<Image> {
  const folder = join(packageRoot(), 'vm/images', name);
  const guest = join(packageRoot(), 'vm/guest/rootfs');
  const text = await readFile(join(folder, 'image.yaml'), 'utf8');
  const { suite, packages } = Definition.parse(parse(text));
  const customize = join(folder, 'customize.sh');
  const inputs = [text, await sha256File(customize), ...(await digests(guest))];
  const make = async (dir: string, held: AbortSignal) => {
    const tar = join(dir, 'root.tar');
    const mirror = await debianMirror(held);
    try {
      await mmdebstrap(
        [
          ...['--variant=minbase', '--quiet', `--include=${packages.join(',')}`],
          ...['--architectures=amd64', '--aptopt=Acquire::Languages "none"'],
          `--customize-hook=copy-in ${shellQuote([`${guest}/usr`])} /`,
          `--customize-hook=${shellQuote(['sh', customize])} "$1"`,
          ...[suite, tar, `deb [signed-by=${keyringFile()}] ${mirror} ${suite} main`],
        ],
        held,
      );
    } catch (error) {
      if (held.aborted) throw error;
      throw new ArtifactError('image', `cannot make the image ${name}`, {
        cause: error,
        hint: String(error),
      });
    }
    await packTar(tar, dir, held);
  };
  const entry = await cache.entry({ kind: 'image', name, inputs, network: true, make }, signal);
  const { path, sha256, bytes } = fileOf(entry, FILE);
  return { name, suite, layer: { name: `image-${name}`, file: path, sha256, bytes } };
}

/** sqfstar keeps owners and modes of the tar, which unpacking without root would lose. */
async function packTar(tar: string, dir: string, signal: AbortSignal): Promise<void> {
  const out = shellQuote([join(dir, FILE)]);
  await shell(`sqfstar -comp lz4 -no-progress -quiet -mkfs-time 0 ${out} <${shellQuote([tar])}`, { signal });
  await rm(tar);
}

/** `<path> <sha256>` of every file below a folder, in order. */
async function digests(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (file) => `${file.slice(folder.length)} ${await sha256File(file)}`),
  );
}
