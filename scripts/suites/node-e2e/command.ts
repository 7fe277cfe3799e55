/** How `e2e_node.test` is called. Pure. */
import { SOCKET } from '../cri/containerd-config.ts';
import { goPattern } from '../ginkgo/pattern.ts';
import { quote, writeFile } from '../guest-shell.ts';

export const PROGRAM = '/usr/bin/e2e_node.test';
export const NODE = 'repro';
/** Of the node's programs, where the kubelet is. */
const PROGRAMS = '/usr/bin';
const SPEC_FILE = '/var/lib/repro/e2e/system.yaml';

/**
 * What the machine is checked for before any test. Kubernetes' own list asks for the kernel's configuration in /boot,
 * which our guests don't have; `repro` chooses their kernels by it instead.
 */
const SYSTEM_SPEC = `os: Linux
kernelSpec:
  versions: ['.*']
`;

export interface Filter {
  /** Regular expressions of tests' names, as Go reads them; empty for none. */
  readonly focus: string;
  readonly skip: string;
  /** Ginkgo's own, of version 2. */
  readonly labelFilter: string;
}

export interface RunOptions {
  readonly ginkgo: 1 | 2;
  readonly filter: Filter;
  /** Names of further tests to leave out. */
  readonly without: readonly string[];
  readonly driver: 'cgroupfs' | 'systemd';
  /** Seconds for all tests together. */
  readonly seconds: number;
  /** In the guest. */
  readonly reportDir: string;
}

/** Shell commands that make a machine ready for it. */
export function machineSetup(): string {
  return `mkdir -p /var/lib/repro/e2e /var/lib/kubelet /var/log/pods
[ -e /etc/resolv.conf ] || : >/etc/resolv.conf
# The kubelet looks its own name up for each status of a pod, and the tests a file of their project's, whose answer
# they can do without: a refusal is one at once, where a look-up would wait for DNS.
address=$(ip -4 -o addr show scope global | sed -n '1s/.* inet \\([0-9.]*\\).*/\\1/p')
echo "\${address:-127.0.0.1} ${NODE}" >>/etc/hosts
echo '127.0.0.1 raw.githubusercontent.com' >>/etc/hosts
${writeFile(SPEC_FILE, SYSTEM_SPEC)}`;
}

/** Arguments that choose tests. */
export function filterArgs(
  ginkgo: 1 | 2,
  { focus, skip, labelFilter }: Filter,
  without: readonly string[] = [],
) {
  const skips = [...(skip === '' ? [] : [skip]), ...without.map(goPattern)];
  return [
    ginkgo === 1 ? '--ginkgo.noColor' : '--ginkgo.no-color',
    ...(focus === '' ? [] : [`--ginkgo.focus=${focus}`]),
    ...(skips.length === 0 ? [] : [`--ginkgo.skip=${skips.join('|')}`]),
    ...(labelFilter === '' ? [] : [`--ginkgo.label-filter=${labelFilter}`]),
  ];
}

/** Arguments that have the chosen tests named, in a JUnit file, and none run. */
export function listArgs(ginkgo: 1 | 2, filter: Filter, reportDir: string): string[] {
  const dry = ginkgo === 1 ? '--ginkgo.dryRun' : '--ginkgo.dry-run';
  return [dry, ...filterArgs(ginkgo, filter), `--report-dir=${reportDir}`];
}

/** Arguments that run them: services and a kubelet, which it starts itself, against the machine's containerd. */
export function runArgs({ ginkgo, filter, without, driver, seconds, reportDir }: RunOptions): string[] {
  const kubelet = [`--cgroup-driver=${driver}`, '--fail-swap-on=false', '--make-iptables-util-chains=false'];
  return [
    ...filterArgs(ginkgo, filter, without),
    ...(ginkgo === 1 ? ['--container-runtime=remote'] : [`--ginkgo.timeout=${seconds}s`]),
    `--container-runtime-endpoint=unix://${SOCKET}`,
    `--node-name=${NODE}`,
    `--k8s-bin-dir=${PROGRAMS}`,
    `--system-spec-file=${SPEC_FILE}`,
    '--prepull-images=false',
    `--server-start-timeout=${SERVER_START}`,
    `--kubelet-flags=${kubelet.join(' ')}`,
    `--report-dir=${reportDir}`,
    // The chosen order, not one by chance: samples are compared.
    '--ginkgo.seed=1',
    '--v=2',
  ];
}

/** Etcd and the apiserver took 51 s here under emulation on a busy host; the default is 2 minutes. */
const SERVER_START = '8m';

export function shellCommand(args: readonly string[]): string {
  return [PROGRAM, ...args].map(quote).join(' ');
}
