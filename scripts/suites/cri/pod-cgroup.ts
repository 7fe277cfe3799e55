/**
 * The cgroup of a pod, made and named as the kubelet does it (`pkg/kubelet/cm`): below `kubepods/burstable`,
 * with the pod's memory limit, and the sandbox and all containers inside it.
 */
import { limitFile, memoryFiles, memoryRoot } from '../cgroup-memory.ts';
import { KEEP, quote } from '../guest-shell.ts';

export interface PodCgroup {
  readonly version: 'v1' | 'v2';
  readonly driver: 'cgroupfs' | 'systemd';
  /** The pod's UID. */
  readonly uid: string;
  /** Class of the pod; `burstable` where none is given. */
  readonly qos?: 'burstable' | 'besteffort';
}

/** What the kubelet hands to the runtime as `cgroup_parent`: a path, or the name of a slice. */
export function cgroupParent(pod: PodCgroup): string {
  const { qos = 'burstable', uid } = pod;
  return pod.driver === 'systemd'
    ? `kubepods-${qos}-pod${uid.replaceAll('-', '_')}.slice`
    : `/kubepods/${qos}/pod${uid}`;
}

/** The pod's cgroup relative to the root of its hierarchy. A slice lies in the slices that its name spells out. */
export function podCgroupPath(pod: PodCgroup): string {
  return pod.driver === 'systemd'
    ? `/kubepods.slice/kubepods-${pod.qos ?? 'burstable'}.slice/${cgroupParent(pod)}`
    : cgroupParent(pod);
}

/**
 * `oom_score_adj` of a container in a burstable pod (`GetContainerOOMScoreAdjust` in `pkg/kubelet/qos`): the
 * more of the machine it asked for, the less likely it is killed; always between a guaranteed pod (-997)
 * and a best-effort one (1000).
 */
export function burstableOomScoreAdj(requestBytes: number, capacityBytes: number): number {
  const adjust = 1000 - Math.floor((1000 * requestBytes) / capacityBytes);
  return Math.min(Math.max(adjust, 3), 999);
}

/** A script that makes the pod's cgroup with its limit (bytes). Fails when the limit isn't in place at its end. */
export function createPodCgroup(pod: PodCgroup, memoryLimit: number): string {
  const limit = `${memoryRoot(pod.version)}${podCgroupPath(pod)}/${limitFile(pod.version)}`;
  const make = pod.driver === 'systemd' ? makeSlice(pod, memoryLimit) : makeFolders(pod);
  // The systemd driver writes the limit too, once systemd has made the cgroup (libcontainer, `systemd/v1.go`).
  return `set -e
${make}
echo ${memoryLimit} >${quote(limit)}
read -r limit <${quote(limit)}
[ "$limit" = ${pageFloor(memoryLimit)} ] || { echo "the limit is $limit, not ${memoryLimit}" >&2; exit 1; }`;
}

/** The kernel counts in pages and rounds a limit down to them. */
function pageFloor(bytes: number): number {
  return bytes - (bytes % 4096);
}

function makeFolders(pod: PodCgroup): string {
  const path = podCgroupPath(pod);
  if (pod.version === 'v1') {
    // In every hierarchy but cpuset's, which needs more than a folder and is left to runc.
    return `for root in /sys/fs/cgroup/*/; do
  case $root in */cpuset/ | */unified/) ;; *) [ -L "\${root%/}" ] || mkdir -p "\${root}${path.slice(1)}" ;; esac
done`;
  }
  // A controller is there for the children of a cgroup when the cgroup hands it on.
  const ancestors = ['', '/kubepods', '/kubepods/burstable'];
  return `mkdir -p /sys/fs/cgroup${path}
for dir in ${ancestors.map((dir) => `/sys/fs/cgroup${dir}`).join(' ')}; do
  for controller in cpu memory pids; do
    echo "+$controller" >"$dir/cgroup.subtree_control" || [ $controller != memory ]
  done
done`;
}

function makeSlice(pod: PodCgroup, memoryLimit: number): string {
  const name = cgroupParent(pod);
  const limit = pod.version === 'v2' ? 'MemoryMax' : 'MemoryLimit';
  // Signature of org.freedesktop.systemd1.Manager.StartTransientUnit: name, mode, properties, auxiliary units.
  const properties = [
    'Description s "Pod of a repro sample"',
    'DefaultDependencies b false',
    'MemoryAccounting b true',
    'CPUAccounting b true',
    'TasksAccounting b true',
    `${limit} t ${memoryLimit}`,
  ];
  return `busctl call --quiet org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager \\
  StartTransientUnit 'ssa(sv)a(sa(sv))' ${name} replace ${properties.length} ${properties.join(' ')} 0
tries=0
until [ -d ${memoryRoot(pod.version)}${podCgroupPath(pod)} ]; do
  [ $tries -lt 100 ] || { echo 'systemd made no cgroup for ${name}' >&2; exit 1; }
  sleep 0.05
  tries=$((tries + 1))
done`;
}

/** A script that copies the files of the pod's memory cgroup to a folder. */
export function readPodCgroup(pod: PodCgroup, folder: string): string {
  const cgroup = `${memoryRoot(pod.version)}${podCgroupPath(pod)}`;
  return `${KEEP}
mkdir -p ${quote(folder)}
for file in ${memoryFiles(pod.version).join(' ')}; do keep ${quote(cgroup)}/$file ${quote(folder)}/$file; done`;
}

/** A script that ends whatever is left in the pod's cgroup and removes it from every hierarchy. Never fails. */
export function removePodCgroup(pod: PodCgroup): string {
  const path = podCgroupPath(pod);
  const stop = pod.driver === 'systemd' ? `systemctl stop ${cgroupParent(pod)}\n` : '';
  return `{
${stop}for dir in /sys/fs/cgroup${path} /sys/fs/cgroup/*${path}; do
  [ -d "$dir" ] && [ ! -L "$dir" ] || continue
  tries=0
  while [ -d "$dir" ] && [ $tries -lt 20 ]; do
    for pid in $(find "$dir" -name cgroup.procs -exec cat {} +); do kill -9 "$pid"; done
    find "$dir" -depth -type d -exec rmdir {} + && break
    sleep 0.1
    tries=$((tries + 1))
  done
done
} >/dev/null 2>&1
true`;
}
