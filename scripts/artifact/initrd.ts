/** Our own initrd: busybox, the few modules that a kernel needs to find its root, and one script. */
import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run, shell } from '../lib/exec.ts';
import { packageRoot } from '../lib/paths.ts';
import { shellQuote } from '../lib/quote.ts';
import { loadOrder } from './modules.ts';

/** The script that runs as PID 1, in this package. */
export const INIT = 'vm/guest/initrd/init';

export interface InitrdParts {
  /** A static busybox. */
  readonly busybox: string;
  /** Folder with `modules.dep` and the kernel's modules. */
  readonly modules: string;
  /** An empty folder to work in. */
  readonly work: string;
}

/** Writes the initrd to `to`: uncompressed, for unpacking costs an emulated guest more than reading 3 MB. */
export async function makeInitrd(parts: InitrdParts, to: string, signal: AbortSignal): Promise<void> {
  const root = join(parts.work, 'initrd');
  for (const dir of ['bin', 'dev', 'proc', 'sys', 'run', 'root', 'modules']) {
    await mkdir(join(root, dir), { recursive: true });
  }
  await copyFile(join(packageRoot(), INIT), join(root, 'init'));
  await chmod(join(root, 'init'), 0o755);
  await copyFile(parts.busybox, join(root, 'bin/busybox'));
  await chmod(join(root, 'bin/busybox'), 0o755);
  const { stdout } = await run([parts.busybox, '--list'], { signal });
  for (const applet of stdout.split('\n').filter((name) => name !== '' && name !== 'busybox')) {
    await symlink('busybox', join(root, 'bin', applet));
  }

  const order = loadOrder(await readFile(join(parts.modules, 'modules.dep'), 'utf8'));
  const names: string[] = [];
  for (const path of order)
    names.push(await unpackModule(join(parts.modules, path), join(root, 'modules'), signal));
  await writeFile(join(root, 'modules.list'), names.map((name) => `${name}\n`).join(''));

  const list = `cd ${shellQuote([root])} && find . | LC_ALL=C sort`;
  await shell(
    `(${list}) | (cd ${shellQuote([root])} && cpio -o -H newc -R 0:0 --reproducible --quiet) >${shellQuote([to])}`,
    {
      signal,
    },
  );
}

/** Copies a module, unpacked: busybox's insmod takes plain ones. Returns the name of the copy. */
async function unpackModule(path: string, into: string, signal: AbortSignal): Promise<string> {
  const name = basename(path).replace(/\.(xz|zst|gz)$/, '');
  const tool = path.endsWith('.xz')
    ? 'xz'
    : path.endsWith('.zst')
      ? 'zstd'
      : path.endsWith('.gz')
        ? 'gzip'
        : undefined;
  const to = join(into, name);
  if (tool === undefined) await copyFile(path, to);
  else await shell(`${tool} -dcq <${shellQuote([path])} >${shellQuote([to])}`, { signal });
  return name;
}
