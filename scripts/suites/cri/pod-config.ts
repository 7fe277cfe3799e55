/** What a kubelet would tell the runtime of a burstable pod and of its containers. Pure. */
import { BUSYBOX } from './image.ts';
import type { ContainerConfig, PodSandboxConfig } from './messages.ts';
import { burstableOomScoreAdj } from './pod-cgroup.ts';

/** The lowest share, which the kubelet gives a container that asks for no CPU. */
const MIN_CPU_SHARES = 2;
/** The pod uses the node's network, so that the runtime needs no network plugin. */
const NAMESPACES = { namespaceOptions: { network: 'NODE' } } as const;

export interface SandboxOptions {
  readonly name: string;
  readonly uid: string;
  readonly cgroupParent: string;
  /** Folder in the guest for the containers' output. */
  readonly logDirectory: string;
}

export function sandboxConfig(options: SandboxOptions): PodSandboxConfig {
  const { name, uid, cgroupParent, logDirectory } = options;
  return {
    metadata: { name, uid, namespace: 'default' },
    logDirectory,
    // Without one the runtime copies the guest's /etc/resolv.conf, which needn't exist.
    dnsConfig: { servers: ['127.0.0.1'] },
    labels: {
      'io.kubernetes.pod.name': name,
      'io.kubernetes.pod.namespace': 'default',
      'io.kubernetes.pod.uid': uid,
    },
    linux: { cgroupParent, securityContext: NAMESPACES },
  };
}

export interface ContainerOptions {
  readonly name: string;
  readonly command: readonly string[];
  /** Counts from 0; one more each time the container is started again. */
  readonly attempt: number;
  /** Bytes; also what the container requests. */
  readonly memoryLimit: number;
  /** Memory of the machine, bytes. */
  readonly capacity: number;
}

export function containerConfig(sandbox: PodSandboxConfig, options: ContainerOptions): ContainerConfig {
  const { name, command, attempt, memoryLimit, capacity } = options;
  return {
    metadata: { name, attempt },
    image: { image: BUSYBOX.ref },
    command,
    labels: { ...sandbox.labels, 'io.kubernetes.container.name': name },
    logPath: `${name}_${attempt}.log`,
    linux: {
      resources: {
        cpuShares: MIN_CPU_SHARES,
        memoryLimitInBytes: memoryLimit,
        oomScoreAdj: burstableOomScoreAdj(memoryLimit, capacity),
      },
      securityContext: NAMESPACES,
    },
  };
}
