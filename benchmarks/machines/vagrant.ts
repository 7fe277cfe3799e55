/**
 * `vagrant up` with vagrant-libvirt: bookworm's packages in a root of their own, a box with trixie's userland, and the
 * very kernel that our guests boot. libvirtd and its network live in namespaces that go with the bench.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Cache } from '../../scripts/artifact/cache.ts';
import { debianMirror } from '../../scripts/artifact/mirror.ts';
import { run, shell } from '../../scripts/lib/exec.ts';
import { keyringFile } from '../../scripts/lib/keyring.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { shellQuote } from '../../scripts/lib/quote.ts';

const PACKAGES = [
  ...['vagrant', 'vagrant-libvirt', 'libvirt-daemon', 'libvirt-daemon-driver-qemu', 'libvirt-clients'],
  ...['qemu-system-x86', 'qemu-utils', 'dnsmasq-base', 'openssh-client', 'rsync', 'iproute2', 'iptables'],
  ...['procps', 'kmod', 'ca-certificates'],
];
/** What an ordinary box has, and nothing for a desktop or a cloud. */
const GUEST = [
  ...['systemd-sysv', 'udev', 'dbus', 'openssh-server', 'sudo', 'iproute2', 'kmod', 'initramfs-tools'],
  ...['linux-image-cloud-amd64', 'rsync'],
];
/** Milliseconds after which `vagrant up` has failed. */
const TIMEOUT = 900_000;

/** The folder with a root that has vagrant and a box in it, made once. Needs root. */
export async function vagrantRoot(cache: Cache, signal: AbortSignal): Promise<string> {
  if (process.getuid?.() !== 0) throw new Error('its network takes root');
  const folder = join(packageRoot(), 'benchmarks/machines/vagrant');
  const texts = await Promise.all(
    ['box.sh', 'session.sh', 'Vagrantfile'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  const make = async (dir: string, held: AbortSignal) => {
    const mirror = await debianMirror(held);
    const debootstrap = (suite: string, variant: string, to: string, packages: readonly string[]) => [
      ...['mmdebstrap', `--variant=${variant}`, '--quiet', `--include=${packages.join(',')}`],
      ...['--architectures=amd64', '--aptopt=Acquire::Languages "none"', suite, to],
      `deb [signed-by=${keyringFile()}] ${mirror} ${suite} main`,
    ];
    const [root, guest] = [join(dir, 'root'), join(dir, 'guest')];
    await run(debootstrap('bookworm', 'apt', root, PACKAGES), { signal: held });
    await run(debootstrap('trixie', 'minbase', guest, GUEST), { signal: held });
    await mkdir(join(root, 'bench'));
    for (const [at, name] of ['box.sh', 'session.sh', 'Vagrantfile'].entries())
      await writeFile(join(root, 'bench', name), texts[at] ?? '');
    await shell(`sh -eu ${shellQuote([join(folder, 'box.sh'), guest, root])}`, { signal: held });
    await run(['rm', '-rf', guest], { signal: held });
  };
  const inputs = ['1', ...PACKAGES, ...GUEST, ...texts];
  return join(
    (await cache.entry({ kind: 'bench', name: 'vagrant', inputs, network: true, make }, signal)).dir,
    'root',
  );
}

/** libvirtd and a vagrant that has used the box once: what `vagrant up` finds on a host where it is in use. */
export class VagrantSession implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #said: string[] = [];

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#said.push(text.trim()));
  }

  static async open(root: string, signal: AbortSignal): Promise<VagrantSession> {
    const script = `cd ${shellQuote([root])}
for dir in proc sys dev; do mount --rbind /$dir $dir; done
mount -t proc proc proc
mount -t sysfs sysfs sys
for dir in run tmp var/lib/libvirt root; do mount -t tmpfs tmpfs $dir; done
exec chroot . sh /bench/session.sh 2>&1`;
    const argv = [
      '--mount',
      '--net',
      '--pid',
      '--fork',
      '--kill-child',
      '--propagation',
      'private',
      'sh',
      '-ec',
      script,
    ];
    const session = new VagrantSession(spawn('unshare', argv, { stdio: 'pipe', signal }));
    session.#child.on('error', () => undefined);
    await session.#until('session: ready');
    return session;
  }

  /** Milliseconds that `vagrant up` took; the guest is destroyed afterwards. */
  async up(): Promise<number> {
    this.#child.stdin.write('up\n');
    await this.#until('session: begun');
    const began = performance.now();
    await this.#until('session: up');
    const ms = performance.now() - began;
    await this.#until('session: destroyed');
    return ms;
  }

  async #until(wanted: string): Promise<void> {
    const late = Date.now() + TIMEOUT;
    this.#said = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done || Date.now() > late || value.startsWith('session: failed'))
        throw new Error(`vagrant: ${value ?? 'it ended'}: ${this.#said.slice(-8).join('; ')}`);
      if (value === wanted) return;
      this.#said.push(value);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}
