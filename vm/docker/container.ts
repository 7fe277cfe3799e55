/** A machine as a container: what is asked of an engine. Pure. */
import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { MachineSpec } from '../machine.ts';

export interface ContainerRequest {
  readonly spec: MachineSpec;
  /** Of the userland, as it was imported. */
  readonly image: string;
  /** Text of `init.sh`. */
  readonly init: string;
  readonly hostname: string;
  readonly cgroup: 'v1' | 'v2';
  /** CPUs of this host. */
  readonly hostCpus: number;
  readonly capabilities: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Open files that a process may have, where an engine would ask for more than this host's root can give. */
  readonly mostFiles?: number | undefined;
}

/** Processes that a machine may have: the most that a kernel with the usual settings gives out. */
const MOST_PROCESSES = 32_768;
/** Bytes of /dev/shm, as in a virtual machine of the default size: half its memory. */
const SHM_SHARE = 0.5;

/**
 * Not `Privileged`: it would open the host's devices to it. `/proc/sys` and what else the engine shows read-only stays so;
 * containers inside have theirs writable, as they mount their own.
 */
export function containerOptions(request: ContainerRequest): ContainerCreateOptions {
  const { spec, image, init, hostname, cgroup, hostCpus, capabilities, labels, mostFiles } = request;
  const memory = spec.memoryMiB * 2 ** 20;
  const host: HostConfig & { CgroupnsMode: 'private' } = {
    CapAdd: [...capabilities],
    CapDrop: ['ALL'],
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
    NetworkMode: 'none',
    // As Kubernetes asks of a node ("Container Runtimes"); of its own network namespace.
    Sysctls: { 'net.ipv4.ip_forward': '1' },
    CgroupnsMode: 'private',
    // Where an engine maps users: not those of machines.
    UsernsMode: 'host',
    // For the agent, and for a kubelet that looks for OOM kills. Nothing in it writes to the host's log.
    Devices: [{ PathOnHost: '/dev/kmsg', PathInContainer: '/dev/kmsg', CgroupPermissions: 'r' }],
    Tmpfs: { '/run': 'exec,mode=755', '/tmp': 'exec,mode=1777' },
    ShmSize: Math.floor(memory * SHM_SHARE),
    CpusetCpus: `0-${Math.min(spec.cpus, hostCpus) - 1}`,
    Memory: memory,
    // No swap, as in a virtual machine: version 1 has no limit for it that is handed on to the cgroups inside.
    MemorySwap: memory,
    PidsLimit: MOST_PROCESSES,
    // The console is kept by who attaches to it; the engine keeps nothing.
    LogConfig: { Type: 'none', Config: {} },
    RestartPolicy: { Name: 'no' },
  };
  if (cgroup === 'v1') host.MemorySwappiness = 0;
  if (mostFiles !== undefined) {
    host.Ulimits = [
      { Name: 'nofile', Soft: mostFiles, Hard: mostFiles },
      { Name: 'nproc', Soft: MOST_PROCESSES, Hard: MOST_PROCESSES },
    ];
  }
  return {
    name: `repro-${spec.session}-${spec.id}`.replaceAll(/[^\w.-]+/g, '-'),
    Image: image,
    Hostname: hostname,
    Cmd: ['/bin/sh', '-c', init],
    // systemd looks there whether it is in a container.
    Env: ['container=docker', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    // systemd writes to its console.
    Tty: true,
    Labels: { ...labels },
    // systemd: shut down.
    StopSignal: 'SIGRTMIN+3',
    // No overlay on which containers' own overlays would stand.
    Volumes: { '/var/lib/containerd': {}, '/var/lib/kubelet': {} },
    HostConfig: host,
  };
}

/**
 * Starts the agent once systemd is up, in a unit of its own as in a virtual machine; stdin and stdout are its link.
 * systemd makes folders for controllers of cgroup v1 that this host doesn't have, or has not mounted as it would: whoever
 * takes those for controllers can make no cgroup in them.
 */
export const AGENT: readonly string[] = [
  '/bin/sh',
  '-c',
  `until systemctl is-active --quiet repro-container.target; do sleep 0.05; done 2>/dev/null
if [ -d /sys/fs/cgroup/memory ]; then
  mount -o remount,rw /sys/fs/cgroup
  for dir in /sys/fs/cgroup/*; do mountpoint -q "$dir" || rm -d "$dir"; done
  mount -o remount,ro /sys/fs/cgroup
fi >&2
exec systemd-run --quiet --pipe --unit=repro-link --service-type=exec \
  --property=OOMScoreAdjust=-1000 --property=OOMPolicy=continue --property=TasksMax=infinity --property=KillMode=process \
  --setenv=HOME=/root --setenv=USER=root --setenv=LOGNAME=root --setenv=SHELL=/bin/sh \
  --setenv=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /usr/bin/perl /usr/lib/repro/agent -`,
];

/** Unpacks a layer's `/usr`, which comes as a tar file, over the machine's. What runs keeps the file that it has open. */
export const UNPACK: readonly string[] = [
  ...['/usr/bin/tar', '--extract', '--directory=/', '--file=-'],
  ...['--keep-directory-symlink', '--no-overwrite-dir', 'usr'],
];
