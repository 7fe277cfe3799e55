/** The command line of a virtual machine: what goes in decides what comes out, and nothing is started. */

import { join } from 'node:path';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { shellQuote } from '../../scripts/lib/quote.ts';
import { PROXY } from '../network/guest.ts';

/** `tcg` is QEMU's own emulation; `kvm` and `hvf` need the host's help. */
export type Accelerator = 'kvm' | 'hvf' | 'tcg';

export interface Disk {
  /** Found by this in the guest, at most 20 bytes (virtio-blk's limit). */
  readonly serial: string;
  readonly file: string;
  /** `overlay`: what is written goes to a temporary file of QEMU's (in `TMPDIR`), never to this one. */
  readonly mode: 'read-only' | 'writable' | 'overlay';
}

/**
 * Where a guest's memory lies. `shared`: in a file that keeps it. `copy-on-write`: it begins as in that file, which
 * machines share and none of them changes.
 */
export type Memory =
  | { readonly kind: 'own' }
  | { readonly kind: 'shared' | 'copy-on-write'; readonly file: string };

export interface QemuOptions {
  readonly binary: string;
  /** Shown by `ps`, so that a stray machine can be told. */
  readonly name: string;
  readonly accelerator: Accelerator;
  /** QEMU's major version. */
  readonly version: number;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly memory: Memory;
  /** Start without running: the machine's state is to come (`migrate-incoming`). */
  readonly incoming: boolean;
  readonly kernel: string;
  readonly initrd: string;
  readonly kernelArgs: readonly string[];
  readonly disks: readonly Disk[];
  /** Path of the file that the serial port appends to. */
  readonly serialLog: string;
  /** Path of a unix socket to connect the agent's port to; no agent when undefined. */
  readonly agentSocket: string | undefined;
  /** Path of the unix socket for QMP. */
  readonly qmpSocket: string;
  /**
   * `none`: no network card. `isolated`: the host reaches the guest's ssh port, the guest reaches nothing; or nothing
   * but the proxy that listens at this unix socket.
   */
  readonly network: 'none' | 'isolated' | { readonly proxySocket: string };
}

/** The CPU that a guest sees. */
export function cpuModel(accelerator: Accelerator, version: number): string {
  if (accelerator !== 'tcg') return 'host';
  // QEMU 7.2's emulation of cmpxchg16b double-faults 6.12 kernels; QEMU 10 does not.
  return version < 10 ? 'max,cx16=off' : 'max';
}

/** QEMU's own option syntax: a comma in a value is doubled. */
function value(text: string): string {
  return text.replaceAll(',', ',,');
}

/** Arguments of `-blockdev`-like drive `id` without a device. */
function drive(id: string, disk: Disk): string {
  const mode = { 'read-only': 'readonly=on', writable: 'cache=unsafe', overlay: 'snapshot=on' }[disk.mode];
  return `if=none,id=${id},file=${value(disk.file)},format=raw,${mode}`;
}

/** QEMU starts the relay for each connection, from a line that it takes apart as a shell does. */
function wayOut(proxySocket: string): string {
  const relay = shellQuote(['perl', join(packageRoot(), 'vm/network/relay'), proxySocket]);
  return `guestfwd=tcp:${PROXY.address}:${PROXY.port}-cmd:${value(relay)}`;
}

function memoryBackend(memory: Memory, mebibytes: number): string {
  const size = `id=ram,size=${mebibytes}M`;
  if (memory.kind === 'own') return `memory-backend-ram,${size}`;
  const share = memory.kind === 'shared' ? 'on' : 'off';
  return `memory-backend-file,${size},mem-path=${value(memory.file)},share=${share}`;
}

export function qemuArgv(options: QemuOptions): string[] {
  const { accelerator } = options;
  const argv = [
    options.binary,
    ...['-name', `${value(options.name)},process=repro-qemu`],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    ...['-machine', 'pc,memory-backend=ram', '-accel', accelerator],
    ...['-cpu', cpuModel(accelerator, options.version), '-smp', String(options.cpus)],
    ...['-m', String(options.memoryMiB), '-object', memoryBackend(options.memory, options.memoryMiB)],
    ...[
      '-chardev',
      `file,id=console,path=${value(options.serialLog)},append=on`,
      '-serial',
      'chardev:console',
    ],
    ...['-qmp', `unix:${value(options.qmpSocket)},server=on,wait=off`],
    ...['-kernel', options.kernel, '-initrd', options.initrd, '-append', options.kernelArgs.join(' ')],
  ];
  if (options.incoming) argv.push('-incoming', 'defer');
  if (options.agentSocket !== undefined) {
    argv.push('-chardev', `socket,id=agent,path=${value(options.agentSocket)}`);
    argv.push(
      '-device',
      'virtio-serial-pci',
      '-device',
      'virtserialport,chardev=agent,id=agent,name=repro.agent',
    );
  }
  for (const [index, disk] of options.disks.entries()) {
    const id = `disk${index}`;
    argv.push('-drive', drive(id, disk), '-device', `virtio-blk-pci,drive=${id},serial=${disk.serial}`);
  }
  if (options.network !== 'none') {
    const way = options.network === 'isolated' ? '' : `,${wayOut(options.network.proxySocket)}`;
    argv.push('-netdev', `user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:0-:22${way}`);
    argv.push('-device', 'virtio-net-pci,netdev=net0,romfile=');
  }
  return argv;
}

/** What every guest's kernel is told. */
export function kernelArgs(options: { cgroup: 'v1' | 'v2'; extra?: readonly string[] }): string[] {
  return [
    'console=ttyS0',
    'quiet',
    'loglevel=5',
    // Reboot at once on a panic; `-no-reboot` turns that into QEMU's end.
    'panic=-1',
    'systemd.unit=repro.target',
    'systemd.show_status=false',
    // Not needed in a guest that lives for minutes, and expensive under emulation. Security modules are the kernel's own
    // list: what Debian's has them do costs less than two boots differ by.
    'audit=0',
    'cryptomgr.notests',
    '8250.nr_uarts=1',
    ...(options.cgroup === 'v1'
      ? ['systemd.unified_cgroup_hierarchy=0', 'SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1']
      : []),
    ...(options.extra ?? []),
  ];
}

/** Serial of a layer's disk: the longest part of its digest that fits. */
export function layerSerial(sha256: string): string {
  return `layer-${sha256.slice(0, 14)}`;
}
