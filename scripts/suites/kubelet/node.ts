/** Brings the kubelet up in the guest, and tells whether it, and containerd, are still there. */
import type { Machine } from '../../../vm/machine.ts';
import { ReproError } from '../../lib/errors.ts';
import { stretched } from '../../lib/limit.ts';
import { limitFile, memoryRoot } from '../cgroup-memory.ts';
import { daemonState } from '../cri/containerd.ts';
import { lastLines, parseCollected, quote, runGuest, writeFile } from '../guest-shell.ts';
import type { SuitePlace } from '../suite.ts';
import {
  CONFIG_FILE,
  HEALTH_URL,
  kubeletConfig,
  LOG_FILE,
  MANIFESTS,
  NODE,
  PODS_URL,
  parseMinor,
  startCommand,
  UNIT,
} from './config.ts';
import type { KubeletParams } from './description.ts';
import { reservedBytes } from './reservation.ts';

/** Seconds until the kubelet must be healthy, under emulation on a busy host. */
const READY_SECONDS = 180;

export interface Node {
  /** The kubelet's own cgroup driver. */
  readonly driver: 'cgroupfs' | 'systemd';
  /** Of the kubelet's version `1.<minor>`. */
  readonly minor: number;
  /** Memory of the machine, bytes, as the kubelet counts it. */
  readonly memoryBytes: number;
  /** What pods can have together, bytes: the limit that the kubelet set; 0 where it set none. */
  readonly allocatableBytes: number;
}

/** Throws ReproError `guest-script`, `kubelet-version`, `kubelet-not-ready`. */
export async function startKubelet(
  { machine, context, params }: SuitePlace<KubeletParams>,
  signal: AbortSignal,
): Promise<Node> {
  // The runtime's, unless the scenario wants them to differ.
  const driver = params.kubeletCgroupDriver === 'same' ? context.cgroupDriver : params.kubeletCgroupDriver;
  const script = `kubelet --version | sed 's/^/version:/'
sed -n 's/^MemTotal: *\\([0-9]*\\) kB/total:\\1/p' /proc/meminfo`;
  const options = { signal, timeout: READY_SECONDS * 1000 };
  const facts = parseCollected(await runGuest(machine, "asking for the kubelet's version", script, options));
  const version = facts.get('version') ?? '';
  const minor = parseMinor(version);
  if (minor === undefined)
    throw new ReproError(
      'kubelet-version',
      `kubelet --version says '${version}', which is not Kubernetes 1.x`,
    );
  const memoryBytes = Number(facts.get('total')) * 1024;
  const kubeReserved = reservedBytes(params.kubeReserved, memoryBytes);
  const config = kubeletConfig({ minor, driver, kubeReserved });
  await context.keep('kubelet-config.yaml', config);
  const started = await runGuest(
    machine,
    'starting the kubelet',
    startScript(
      config,
      minor,
      podsLimit(driver, context.cgroup),
      stretched(Math.max(READY_SECONDS, context.cell.timeout) * 4, machine.hostWait),
    ),
    options,
  );
  const allocatable = parseCollected(started).get('allocatable') ?? '';
  return { driver, minor, memoryBytes, allocatableBytes: Number.parseInt(allocatable, 10) || 0 };
}

/** The file with the limit of all pods together. */
function podsLimit(driver: Node['driver'], cgroup: 'v1' | 'v2'): string {
  const slice = driver === 'systemd' ? 'kubepods.slice' : 'kubepods';
  return `${memoryRoot(cgroup)}/${slice}/${limitFile(cgroup)}`;
}

/** Starts the kubelet and waits, so many tries, until it is healthy and serves its pods; prints what `limit` has. */
function startScript(config: string, minor: number, limit: string, tries: number): string {
  return `set -e
mkdir -p ${quote(MANIFESTS)} /var/lib/kubelet /var/log/pods /run/repro/kubelet
[ -e /etc/resolv.conf ] || : >/etc/resolv.conf
# The kubelet looks its own name up for each status of a pod; without an answer that is 10 s of waiting for DNS.
address=$(ip -4 -o addr show scope global | sed -n '1s/.* inet \\([0-9.]*\\).*/\\1/p')
grep -qw ${NODE} /etc/hosts || echo "\${address:-127.0.0.1} ${NODE}" >>/etc/hosts
${writeFile(CONFIG_FILE, config)}
: >${LOG_FILE}
${startCommand(minor)}
tries=0
until [ "$(busybox wget -q -O - ${HEALTH_URL} 2>/dev/null)" = ok ] && busybox wget -q -O /dev/null ${PODS_URL} 2>/dev/null; do
  if ! systemctl is-active --quiet ${UNIT}; then
    echo 'the kubelet ended:' >&2
    tail -n 8 ${LOG_FILE} >&2
    exit 1
  fi
  tries=$((tries + 1))
  if [ $tries -gt ${tries} ]; then
    echo 'the kubelet is not healthy:' >&2
    tail -n 8 ${LOG_FILE} >&2
    exit 1
  fi
  sleep 0.2
done
echo "allocatable:$(cat ${limit} 2>/dev/null)"`;
}

/**
 * Which of the daemons is gone, as an error; undefined while both run. Their last lines go to `keep`. To be asked
 * before a failure is called the runtime's: a node without its kubelet, or its containerd, answers nothing.
 */
export async function daemonGone(
  machine: Machine,
  keep: (name: string, text: string) => Promise<void>,
): Promise<ReproError | undefined> {
  const containerd = await daemonState(machine);
  if (!containerd.active) {
    await keep('containerd-tail.log', containerd.tail);
    return new ReproError('containerd-died', `containerd ended: ${lastLines(containerd.tail, 1)}`);
  }
  const script = `systemctl is-active ${UNIT}\ntail -n 60 ${LOG_FILE}`;
  const { stdout } = await machine.exec(script, { timeout: 120_000 });
  const [state = '', ...tail] = stdout.split('\n');
  if (state === 'active') return undefined;
  await keep('kubelet-tail.log', tail.join('\n'));
  return new ReproError('kubelet-died', `the kubelet ended: ${lastLines(tail.join('\n'), 1)}`);
}
