/** What an engine says of itself, and what its machines therefore can't be. Pure. */
import type { Capabilities, Fixed, Limits } from '../machine.ts';
import { NEEDED_BY_PODS } from './rights.ts';

/** The parts of `GET /info` and `GET /version` that are read; an engine may leave any of them out. */
export interface EngineInfo {
  readonly OSType?: string | undefined;
  readonly Architecture?: string | undefined;
  readonly KernelVersion?: string | undefined;
  readonly CgroupVersion?: string | undefined;
  readonly CgroupDriver?: string | undefined;
  readonly SecurityOptions?: readonly string[] | null | undefined;
  readonly MemoryLimit?: boolean | undefined;
  readonly NCPU?: number | undefined;
  /** Bytes. */
  readonly MemTotal?: number | undefined;
}

export interface EngineVersion {
  readonly Version?: string | undefined;
  readonly ApiVersion?: string | undefined;
  readonly Components?: readonly { readonly Name?: string | undefined }[] | null | undefined;
}

/** Of Engine 20.10, the first that tells the cgroup version and gives containers a cgroup namespace. */
const OLDEST_API = [1, 41] as const;

/** Why it can make no machine; undefined when it can. */
export function unusableBecause(info: EngineInfo, version: EngineVersion): string | undefined {
  const name = nameOf(version);
  const [major = 0, minor = 0] = (version.ApiVersion ?? '').split('.').map(Number);
  // Podman says the version of its own API in other places, and of Docker's what it is compatible with.
  if (!isPodman(version) && (major < OLDEST_API[0] || (major === OLDEST_API[0] && minor < OLDEST_API[1]))) {
    return `${name} is older than 20.10, which its machines need`;
  }
  if (info.OSType !== undefined && info.OSType !== 'linux') return `${name} runs ${info.OSType} containers`;
  if (info.Architecture !== undefined && !['x86_64', 'amd64'].includes(info.Architecture)) {
    return `${name} is on ${info.Architecture}, and the userland of machines is for x86_64`;
  }
  if ((info.SecurityOptions ?? []).some((option) => /(?:^|,)name=rootless(?:,|$)/.test(option))) {
    return (
      `${name} is rootless: its containers can neither mount file systems nor read the kernel's log, ` +
      'as a node does; an engine that runs as root is needed'
    );
  }
  if (isPodman(version) && cgroupOf(info) === 'v1') {
    return (
      `${name} gives containers no cgroup namespace of their own where the host has cgroup v1 ` +
      "(its Docker API doesn't hand that on), so that machines would get into each other's cgroups"
    );
  }
  if (info.MemoryLimit === false) {
    return 'the kernel of this host limits no memory: boot it with cgroup_enable=memory';
  }
  if (cgroupOf(info) === undefined) return `${name} doesn't say which cgroup version this host has`;
  return undefined;
}

export function cgroupOf({ CgroupVersion }: EngineInfo): 'v1' | 'v2' | undefined {
  if (CgroupVersion === '1' || CgroupVersion === 'v1') return 'v1';
  return CgroupVersion === '2' || CgroupVersion === 'v2' ? 'v2' : undefined;
}

/** `rights`: capabilities that a container can have. */
export function limitsOf(info: EngineInfo, version: EngineVersion, rights: readonly string[]): Limits {
  const unusable = unusableBecause(info, version);
  if (unusable !== undefined) return { unusable, fixed: {} };
  const cgroup = cgroupOf(info);
  return {
    fixed: {
      kernel: {
        value: info.KernelVersion,
        why: `its machines are containers on the kernel of this host, Linux ${info.KernelVersion}`,
      },
      cgroup: { value: cgroup, why: `its machines are containers, and this host has cgroup ${cgroup}` },
      disk: { why: "the disk of its machines is the engine's own, and has no limit" },
      network: { why: 'its machines have no way out' },
      kernelEvents: {
        why: "the kernel's log is this host's, and only OOM kills in it can be told to be a machine's",
      },
      ...(rights.includes(NEEDED_BY_PODS) ? {} : { pods: NO_PODS }),
    },
    most: {
      cpus: { value: info.NCPU ?? 1, why: `this host has ${info.NCPU ?? 1}` },
      memory: {
        value: Math.floor((info.MemTotal ?? 0) / 2 ** 20),
        why: `this host has ${Math.floor((info.MemTotal ?? 0) / 2 ** 20)}Mi`,
      },
    },
  };
}

/** nsexec.c of runc: lowers the score of a container that is to have less than its parent, and ends where it can't. */
const NO_PODS: Fixed = {
  why:
    `the engine lacks CAP_${NEEDED_BY_PODS}, so that nothing in a container can lower an oom_score_adj, ` +
    'as it is done for the sandbox of each pod (-998)',
};

export function capabilitiesOf(kind: string, version: EngineVersion): Capabilities {
  return {
    provider: kind,
    version: version.Version ?? 'unknown',
    name: nameOf(version),
    accelerator: 'none',
    why: 'containers run on the kernel of this host',
  };
}

/** `Docker Engine 20.10.24`, `Podman 4.3.1`. */
export function nameOf(version: EngineVersion): string {
  const release = (version.Version ?? 'of an unknown version').replace(/\+.*$/, '');
  return `${isPodman(version) ? 'Podman' : 'Docker Engine'} ${release}`;
}

export const isPodman = ({ Components }: EngineVersion): boolean =>
  (Components ?? []).some(({ Name }) => Name?.startsWith('Podman'));
