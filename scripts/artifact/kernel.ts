/** From a kernel's packages to what boots: kernel, initrd, modules. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError } from '../lib/errors.ts';
import { run } from '../lib/exec.ts';
import { makeFolder } from '../lib/files.ts';
import { sha256Text } from '../lib/hash.ts';
import { sha256File } from '../lib/hash-file.ts';
import { ownFolder } from '../lib/owned.ts';
import { packageRoot } from '../lib/paths.ts';
import { type Cache, fileOf } from './cache.ts';
import type { DebSource, Package } from './deb.ts';
import { INIT, makeInitrd } from './initrd.ts';
import { packSquashfs } from './layer.ts';
import { parseKernelConfig } from './modules.ts';
import type { Kernel, ResolvedArtifact } from './types.ts';
import { extractVmlinux } from './vmlinux.ts';

/** Changes when what is made from the same packages changes. */
const FORMAT = '2';

export interface Ingredients {
  readonly artifact: ResolvedArtifact;
  /** Becomes the initrd's. */
  readonly busybox: Package;
  readonly source: DebSource;
}

/** Downloads, unpacks and prepares a kernel once. Throws ArtifactError. */
export async function makeKernel(from: Ingredients, cache: Cache, signal: AbortSignal): Promise<Kernel> {
  const { artifact, busybox } = from;
  const init = await sha256File(join(packageRoot(), INIT));
  const entry = await cache.entry(
    {
      kind: 'kernel',
      name: `linux-${artifact.packageVersion}`,
      network: false,
      inputs: [FORMAT, artifact.locator.packages ?? '', busybox.sha256, init],
      make: async (dir, held) => {
        const work = await ownFolder('kernel');
        try {
          await prepare(dir, work, from, held);
        } finally {
          await rm(work, { recursive: true, force: true });
        }
      },
    },
    signal,
  );
  const file = (name: string) => fileOf(entry, name).path;
  const release = (await readFile(file('release'), 'utf8')).trim();
  const modules = fileOf(entry, 'modules.squashfs');
  return {
    release,
    artifact,
    vmlinuz: file('kernel'),
    initrd: file('initrd'),
    sha256: sha256Text(`${fileOf(entry, 'kernel').sha256} ${fileOf(entry, 'initrd').sha256}`),
    modules: { name: `modules-${release}`, file: modules.path, sha256: modules.sha256, bytes: modules.bytes },
    config: parseKernelConfig(await readFile(file('config'), 'utf8')),
  };
}

/** A kernel's file: in /boot, or since 7.x beside its modules. */
function find(root: string, name: string, release: string): string {
  const old = join(root, 'boot', `${name}-${release}`);
  return existsSync(old) ? old : join(root, 'usr/lib/modules', release, name);
}

async function prepare(dir: string, work: string, from: Ingredients, signal: AbortSignal): Promise<void> {
  const [root, tools] = [join(work, 'root'), join(work, 'busybox')];
  await mkdir(root);
  await mkdir(tools);
  await from.source.unpack(from.artifact, root, signal);
  await from.source.unpack(from.busybox, tools, signal);

  const [release] = await readdir(join(root, 'usr/lib/modules')).catch(() => []);
  if (release === undefined)
    throw new ArtifactError('kernel', `${from.artifact.source} has a kernel without modules`);
  await run(['depmod', '-b', join(root, 'usr'), release], { signal }).catch(async () => {
    // depmod before 30 looks for <base>/lib/modules only, later ones may be built for /usr/lib.
    await run(['depmod', '-b', root, release], { signal });
  });
  await writeFile(join(dir, 'release'), `${release}\n`);
  await copyFile(find(root, 'config', release), join(dir, 'config'));
  const bzImage = find(root, 'vmlinuz', release);
  if (!(await extractVmlinux(bzImage, join(dir, 'kernel'), signal)))
    await copyFile(bzImage, join(dir, 'kernel'));

  const modules = join(root, 'usr/lib/modules', release);
  await makeInitrd({ busybox: join(tools, 'usr/bin/busybox'), modules, work }, join(dir, 'initrd'), signal);
  // Nothing but modules, and the configuration where the package has it, which the kubelet's system validation reads:
  // the root stays the image's.
  const tree = join(work, 'modules/usr/lib/modules');
  await makeFolder(tree);
  await rename(modules, join(tree, release));
  if (existsSync(join(root, 'boot', `config-${release}`))) {
    await mkdir(join(work, 'modules/boot'));
    await copyFile(join(dir, 'config'), join(work, 'modules/boot', `config-${release}`));
  }
  await packSquashfs(join(work, 'modules'), join(dir, 'modules.squashfs'), signal);
}
