/** The OCI runtime configuration (`config.json`) of the containers that the `oci` suite starts. */

export interface ContainerOptions {
  /** Unique on the machine; letters, digits and `-`. */
  readonly id: string;
  readonly cgroup: 'v1' | 'v2';
  readonly driver: 'cgroupfs' | 'systemd';
  /** Bytes. */
  readonly memoryLimit: number;
  /** Path in the guest of the root file system; mounted read-only. */
  readonly rootfs: string;
  readonly args: readonly string[];
}

/** containerd's default set (`oci.defaultUnixCaps`): what a container of a pod has when nothing else is asked for. */
const CAPABILITIES = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_MKNOD',
  'CAP_NET_RAW',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETFCAP',
  'CAP_SETPCAP',
  'CAP_NET_BIND_SERVICE',
  'CAP_SYS_CHROOT',
  'CAP_KILL',
  'CAP_AUDIT_WRITE',
];

/** The mounts and hidden paths that `runc spec` gives. */
const MOUNTS = [
  { destination: '/proc', type: 'proc', source: 'proc' },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
  },
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
  },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
  {
    destination: '/sys/fs/cgroup',
    type: 'cgroup',
    source: 'cgroup',
    options: ['nosuid', 'noexec', 'nodev', 'relatime', 'ro'],
  },
];
const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/sys/firmware',
  '/proc/scsi',
];
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/**
 * `linux.cgroupsPath` in the form each driver wants: a path, or `slice:prefix:name`
 * (runc's documentation, `docs/systemd.md`).
 */
export function cgroupsPath(driver: 'cgroupfs' | 'systemd', id: string): string {
  return driver === 'systemd' ? `repro.slice:repro:${id}` : `/repro/${id}`;
}

/** The cgroup that `cgroupsPath` leads to, relative to the root of its hierarchy. */
export function cgroupOf(driver: 'cgroupfs' | 'systemd', id: string): string {
  return driver === 'systemd' ? `/repro.slice/repro-${id}.scope` : `/repro/${id}`;
}

/** The text of `config.json`; the same options give the same bytes. */
export function containerConfig(options: ContainerOptions): string {
  const namespaces = [
    'pid',
    'network',
    'ipc',
    'uts',
    'mount',
    ...(options.cgroup === 'v2' ? ['cgroup'] : []),
  ];
  const config = {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args: options.args,
      env: ['PATH=/bin'],
      cwd: '/',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: options.rootfs, readonly: true },
    hostname: 'repro',
    mounts: MOUNTS,
    linux: {
      cgroupsPath: cgroupsPath(options.driver, options.id),
      resources: {
        devices: [{ allow: false, access: 'rwm' }],
        memory: { limit: options.memoryLimit },
      },
      namespaces: namespaces.map((type) => ({ type })),
      maskedPaths: MASKED,
      readonlyPaths: READ_ONLY,
    },
  };
  return `${JSON.stringify(config)}\n`;
}
