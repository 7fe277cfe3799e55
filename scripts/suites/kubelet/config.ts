/** The kubelet's configuration, and how it is started: standalone, from static pods alone. Pure. */
import { stringify } from 'yaml';
import { SOCKET } from '../cri/containerd-config.ts';
import { quote } from '../guest-shell.ts';

export const CONFIG_FILE = '/var/lib/kubelet/config.yaml';
/** Where static pods are. */
export const MANIFESTS = '/etc/kubernetes/manifests';
export const LOG_FILE = '/run/repro/kubelet/kubelet.log';
/** Not `kubelet.service`, which a package may bring. */
export const UNIT = 'repro-kubelet.service';
export const NODE = 'repro';
/** Of the read-only port, which needs neither a key nor a client. */
export const PODS_URL = 'http://127.0.0.1:10255/pods';
export const HEALTH_URL = 'http://127.0.0.1:10248/healthz';

export interface KubeletOptions {
  /** Of `1.<minor>`. */
  readonly minor: number;
  readonly driver: 'cgroupfs' | 'systemd';
  /** Bytes of memory that pods can't have; 0 for none. */
  readonly kubeReserved: number;
}

/** The minor version in `Kubernetes v1.20.2`; undefined when the text is another. */
export function parseMinor(version: string): number | undefined {
  const match = /^Kubernetes v1\.(\d+)\./.exec(version.trim());
  return match === null ? undefined : Number(match[1]);
}

/**
 * The text of the `KubeletConfiguration`. What isn't set is the kubelet's default, but for what a node without an
 * apiserver can't have (webhooks) and for what would end pods for reasons that no case asks about: eviction, and the
 * garbage collection of images that can't be pulled again. Field names: `staging/src/k8s.io/kubelet/config/v1beta1`.
 */
export function kubeletConfig({ minor, driver, kubeReserved }: KubeletOptions): string {
  return stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    staticPodPath: MANIFESTS,
    cgroupDriver: driver,
    ...(kubeReserved > 0 ? { kubeReserved: { memory: String(kubeReserved) } } : {}),
    enforceNodeAllocatable: ['pods'],
    // 0% switches a threshold off.
    evictionHard: {
      'memory.available': '0%',
      'nodefs.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.available': '0%',
    },
    imageGCHighThresholdPercent: 100,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    readOnlyPort: 10255,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    // Since 1.27 a field, and no longer a flag alone.
    ...(minor >= 27 ? { containerRuntimeEndpoint: `unix://${SOCKET}` } : {}),
    // Since 1.31; on by default from 1.35. cgroup v1 is what a scenario asks for.
    ...(minor >= 31 ? { failCgroupV1: false } : {}),
  });
}

/** Flags. `--container-runtime` was needed until 1.23 and is gone since 1.27, `--container-runtime-endpoint` became a field there. */
export function kubeletArgs(minor: number): string[] {
  return [
    `--config=${CONFIG_FILE}`,
    `--hostname-override=${NODE}`,
    ...(minor < 27 ? [`--container-runtime-endpoint=unix://${SOCKET}`] : []),
    ...(minor < 24 ? ['--container-runtime=remote'] : []),
    // Events are logged from 3 on; a standalone kubelet has nowhere else to put them.
    '--v=3',
  ];
}

/** The command that starts the kubelet; whether it then lives is to be asked for. Properties as in Kubernetes' packages. */
export function startCommand(minor: number): string {
  const properties = [
    'KillMode=process',
    'CPUAccounting=true',
    'MemoryAccounting=true',
    `StandardOutput=append:${LOG_FILE}`,
    `StandardError=append:${LOG_FILE}`,
  ];
  const options = properties.map((property) => `-p ${quote(property)}`).join(' ');
  const args = kubeletArgs(minor).map(quote).join(' ');
  return `systemd-run --quiet --unit=${UNIT} ${options} /usr/bin/kubelet ${args}`;
}

/** Whether the kernel kills all of a container for one of its processes: on cgroup v2 since 1.28 (`memory.oom.group`). */
export function killsGroup(minor: number, cgroup: 'v1' | 'v2'): boolean {
  return cgroup === 'v2' && minor >= 28;
}
