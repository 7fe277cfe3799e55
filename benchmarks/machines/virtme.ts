/** virtme-ng, the nearest tool: boots a kernel over a root that it shares, to one command. From trixie's packages. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cache } from '../../scripts/artifact/cache.ts';
import { debianMirror } from '../../scripts/artifact/mirror.ts';
import { run } from '../../scripts/lib/exec.ts';
import { keyringFile } from '../../scripts/lib/keyring.ts';
import { shellQuote } from '../../scripts/lib/quote.ts';

/** It needs virtiofsd, for Debian's cloud kernels have no 9p, and comes with trixie's own QEMU. */
const PACKAGES = [
  ...['virtme-ng', 'virtiofsd', 'qemu-system-x86', 'linux-image-cloud-amd64'],
  ...['python3-requests', 'python3-pkg-resources', 'file', 'kmod', 'iproute2', 'busybox-static', 'procps'],
];
/** Milliseconds after which a boot has failed. */
const TIMEOUT = 240_000;

/** The folder with trixie's root, made once. Needs root, to mount what a root needs. */
export async function virtmeRoot(cache: Cache, signal: AbortSignal): Promise<string> {
  if (process.getuid?.() !== 0) throw new Error('its root is a chroot, which only root can enter');
  const make = async (dir: string, held: AbortSignal) => {
    const root = join(dir, 'root');
    await mkdir(root);
    const mirror = await debianMirror(held);
    const argv = [
      ...['mmdebstrap', '--variant=minbase', '--quiet', `--include=${PACKAGES.join(',')}`],
      ...['--architectures=amd64', '--aptopt=Acquire::Languages "none"'],
      ...['trixie', root, `deb [signed-by=${keyringFile()}] ${mirror} trixie main`],
    ];
    await run(argv, { signal: held });
  };
  const order = { kind: 'bench', name: 'virtme-ng', inputs: ['1', ...PACKAGES], network: true, make };
  return join((await cache.entry(order, signal)).dir, 'root');
}

/** Milliseconds from its start until the command's answer is there and it ended. */
export async function virtmeOnce(root: string, release: string, signal: AbortSignal): Promise<number> {
  const inside = `cd /root && HOME=/root vng --run /boot/vmlinuz-${release} --disable-kvm --cpus 2 --memory 1G -- uname -r`;
  // A terminal of its own, which it wants; a mount namespace, which goes with it.
  const script = `cd ${shellQuote([root])}
for dir in proc sys dev; do mount --rbind /$dir $dir; done
mount -t tmpfs tmpfs run && mount -t tmpfs tmpfs tmp
exec script -qec ${shellQuote([`chroot . sh -c ${shellQuote([inside])}`])} /dev/null`;
  const began = performance.now();
  const argv = ['unshare', '--mount', '--propagation', 'private', 'sh', '-ec', script];
  const { stdout } = await run(argv, { signal, timeout: TIMEOUT });
  const ms = performance.now() - began;
  if (!stdout.includes(release)) throw new Error(`virtme-ng gave no answer: ${stdout.trim().slice(-300)}`);
  return ms;
}
