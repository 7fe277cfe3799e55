/**
 * The nearest thing to no tool at all: QEMU, started by hand with the same kernel, disks and layers, boots to a shell
 * script that starts the same containers as the suite `oci` does, and powers off.
 */
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, shell } from '../../scripts/lib/exec.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { parseQuantity } from '../../scripts/lib/quantity.ts';
import { shellQuote } from '../../scripts/lib/quote.ts';
import { busyboxRoot } from '../../scripts/suites/busybox-root.ts';
import { ROOTFS, startScript } from '../../scripts/suites/oci/script.ts';
import { kernelArgs, qemuArgv } from '../../vm/qemu/argv.ts';
import type { Lab } from '../lab.ts';

/** Milliseconds after which it has failed. */
const TIMEOUT = 600_000;

/** Milliseconds from QEMU's start to its end, with `samples` containers started in turn. */
export async function plainOnce(lab: Lab, id: string, samples: number, signal: AbortSignal): Promise<number> {
  const { ready } = lab;
  const dir = join(lab.dir, id);
  const initrd = join(dir, 'initrd');
  const scratch = join(dir, 'scratch.img');
  const console = join(dir, 'console.log');
  await makeInitrd(lab, { dir, to: initrd, samples }, signal);
  const { emulator, accelerator } = await lab.host(signal);
  const files = [
    ready.image.layer.file,
    ready.kernel.modules.file,
    scratch,
    ...ready.layers.map(({ file }) => file),
  ];
  const argv = qemuArgv({
    binary: emulator.binary,
    name: 'plain',
    accelerator,
    version: emulator.major,
    cpus: ready.cell.machine.cpus,
    memoryMiB: ready.cell.machine.memoryMiB,
    memory: { kind: 'own' },
    incoming: false,
    kernel: ready.kernel.vmlinuz,
    initrd,
    kernelArgs: kernelArgs({ cgroup: 'v2' }),
    disks: files.map((file, at) => ({
      serial: `disk${at}`,
      file,
      mode: file === scratch ? 'writable' : 'read-only',
    })),
    serialLog: console,
    agentSocket: undefined,
    qmpSocket: join(dir, 'qmp'),
    network: 'none',
  });
  const began = performance.now();
  await run(['truncate', '-s', `${ready.cell.machine.diskMiB}M`, scratch], { signal });
  await run(['mkfs.ext4', '-q', '-F', '-m', '0', scratch], { signal });
  await run(argv, { signal, timeout: TIMEOUT });
  const ms = performance.now() - began;
  const { stdout } = await run(['grep', '-c', '/create.code:0', console], { signal, okCodes: [0, 1] });
  if (Number(stdout) !== samples) throw new Error(`${stdout.trim()} of ${samples} containers were started`);
  await rm(dir, { recursive: true });
  return ms;
}

/** Our own initrd, followed by an archive whose `init` takes the place of ours, and the work. */
async function makeInitrd(
  { ready }: Lab,
  { dir, to, samples }: { readonly dir: string; readonly to: string; readonly samples: number },
  signal: AbortSignal,
): Promise<void> {
  const root = join(dir, 'root');
  await mkdir(join(root, 'scripts'), { recursive: true });
  await copyFile(join(packageRoot(), 'benchmarks/machines/plain/init'), join(root, 'init'));
  await chmod(join(root, 'init'), 0o755);
  const memoryLimit = parseQuantity(String(ready.cell.axes.memoryLimit)) ?? Number.NaN;
  const setup = `export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t cgroup2 cgroup /sys/fs/cgroup
mkdir -p /run/repro/oci
${busyboxRoot(ROOTFS)}
cat "$(command -v runc)" ${ROOTFS}/bin/busybox >/dev/null
for script in /scripts/sample-*.sh; do sh "$script"; done >/dev/ttyS0
`;
  await writeFile(join(root, 'scripts/all.sh'), setup);
  for (let n = 1; n <= samples; n++) {
    const script = startScript({ cgroup: 'v2', driver: 'cgroupfs', ids: [`start-${n}`], memoryLimit });
    await writeFile(join(root, `scripts/sample-${n}.sh`), script);
  }
  const [from, own, work] = [root, ready.kernel.initrd, to].map((path) => shellQuote([path]));
  await shell(`cp ${own} ${work} && cd ${from} && find . | cpio -o -H newc -R 0:0 --quiet >>${work}`, {
    signal,
  });
}
