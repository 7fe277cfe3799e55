/** Points that can't exist, as far as that can be told before anything was looked up. */
import type { Axes } from '../model/axes.ts';
import type { Scalar } from '../model/scalar.ts';
import { DEFAULT_VERSIONS, MACHINE_AXES } from '../suites/catalog.ts';

export interface Point {
  readonly axes: Axes;
  /** Suite id. */
  readonly suite: string;
  /** Parameters of the suite at this point. */
  readonly params: Readonly<Record<string, Scalar>>;
}

export interface ImpossibilityRule {
  readonly name: string;
  /** Where it is written, or how it was found out. */
  readonly source: string;
  /** Why the point can't exist; undefined when, by this rule, it can. */
  reason(point: Point): string | undefined;
}

/** The minor version is undefined where only the major one is asked for: any of them may come. */
type Version = readonly [major: number, minor: number | undefined];

/** Kernels of Debian's releases (packages linux-image-cloud-amd64). Testing and sid move, and only upwards. */
const KERNELS: Readonly<Record<string, Version>> = {
  bullseye: [5, 10],
  bookworm: [6, 1],
  trixie: [6, 12],
  forky: [7, 2],
  sid: [7, 2],
  experimental: [7, 3],
};

/** containerd in Debian's releases. experimental has none of its own. */
const CONTAINERDS: Readonly<Record<string, Version>> = {
  bullseye: [1, 4],
  bookworm: [1, 6],
  trixie: [1, 7],
  forky: [2, 1],
  sid: [2, 1],
};

/** Kubernetes in Debian's releases, as source packages. */
const KUBELETS: Readonly<Record<string, Version>> = { bookworm: [1, 20] };

/** Suites in which a kubelet drives containerd. */
const KUBELET_SUITES: readonly string[] = ['kubelet', 'node-e2e'];

const CONTAINERD_CONFIG = '/etc/containerd/config.toml';
const KUBELET_CONFIG = '/var/lib/kubelet/config.yaml';

export const RULES: readonly ImpossibilityRule[] = [
  {
    name: 'cgroup-v1-memory',
    source:
      '/boot/config of the packages: CONFIG_MEMCG_V1 is off from 6.12 on; 6.1 and 5.10 have no such switch',
    reason({ axes }) {
      const { spec, version, label } = component('kernel', axes, KERNELS);
      if ((axes.cgroup ?? MACHINE_AXES.cgroup?.[0]) !== 'v1' || !atLeast(version, [6, 12])) return undefined;
      const which = spec === undefined ? `${label}, the default,` : label;
      return `cgroup v1: ${which} is built without its memory controller (CONFIG_MEMCG_V1); 6.1 and 5.10 have it`;
    },
  },
  {
    name: 'cri-v1alpha2',
    source: 'https://github.com/containerd/containerd/blob/main/RELEASES.md: CRI v1alpha2 was removed in 2.0',
    reason({ axes, suite, params }) {
      const { version, label } = component('containerd', axes, CONTAINERDS);
      if (suite !== 'cri' || params.cri !== 'v1alpha2' || !atLeast(version, [2, 0])) return undefined;
      return `CRI v1alpha2: ${label} speaks only v1; 1.6 and 1.7 speak both`;
    },
  },
  {
    name: 'cri-v1',
    source: 'https://kubernetes.io/blog/2022/11/18/upcoming-changes-in-kubernetes-1-26/: CRI v1 needs 1.6',
    reason({ axes, suite, params }) {
      const { version, label } = component('containerd', axes, CONTAINERDS);
      if (suite !== 'cri' || params.cri !== 'v1' || !below(version, [1, 6])) return undefined;
      return `CRI v1: ${label} speaks only v1alpha2; 1.6 and 1.7 speak both`;
    },
  },
  {
    name: 'containerd-cgroup-v2',
    source:
      'https://github.com/containerd/containerd/releases/tag/v1.4.0: cgroup v2 is supported from 1.4 on',
    reason({ axes, suite }) {
      const { version, label } = component('containerd', axes, CONTAINERDS);
      const cgroup = axes.cgroup ?? MACHINE_AXES.cgroup?.[0];
      if (suite === 'script' || cgroup !== 'v2' || !below(version, [1, 4])) return undefined;
      return `cgroup v2: ${label} knows only v1; 1.4 and later know both`;
    },
  },
  {
    name: 'kubelet-cri-v1alpha2',
    source:
      'https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.23.md: the kubelet speaks CRI v1 from 1.23 on; https://github.com/containerd/containerd/blob/main/RELEASES.md: containerd 2.0 removed v1alpha2',
    reason({ axes, suite }) {
      if (!KUBELET_SUITES.includes(suite)) return undefined;
      const kubelet = component('kubelet', axes, KUBELETS);
      const containerd = component('containerd', axes, CONTAINERDS);
      if (!below(kubelet.version, [1, 23]) || !atLeast(containerd.version, [2, 0])) return undefined;
      return `CRI: ${kubelet.label} speaks only v1alpha2, ${containerd.label} only v1; containerd 1.6 and 1.7 speak both`;
    },
  },
  {
    name: 'kubelet-cri-v1',
    source:
      'https://kubernetes.io/blog/2022/11/18/upcoming-changes-in-kubernetes-1-26/: the kubelet speaks CRI v1 alone from 1.26 on, containerd from 1.6 on',
    reason({ axes, suite }) {
      if (!KUBELET_SUITES.includes(suite)) return undefined;
      const kubelet = component('kubelet', axes, KUBELETS);
      const containerd = component('containerd', axes, CONTAINERDS);
      if (!atLeast(kubelet.version, [1, 26]) || !below(containerd.version, [1, 6])) return undefined;
      return `CRI: ${kubelet.label} speaks only v1, ${containerd.label} only v1alpha2; containerd 1.6 and 1.7 speak both`;
    },
  },
  {
    name: 'kubelet-cgroup-v2',
    source:
      'https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.19.md: support for hosts with cgroup v2 (#85218)',
    reason({ axes, suite }) {
      const { version, label } = component('kubelet', axes, KUBELETS);
      const cgroup = axes.cgroup ?? MACHINE_AXES.cgroup?.[0];
      if (!KUBELET_SUITES.includes(suite) || cgroup !== 'v2' || !below(version, [1, 19])) return undefined;
      return `cgroup v2: ${label} knows only v1; 1.19 and later know both`;
    },
  },
  {
    name: 'kubelet-cgroup-driver',
    source:
      'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-drivers: both must be the same',
    reason({ axes, suite, params }) {
      if (suite !== 'kubelet' || params.driverMismatch === true) return undefined;
      const runtime = String(axes.cgroupDriver ?? MACHINE_AXES.cgroupDriver?.[0]);
      const own = String(axes.kubeletCgroupDriver ?? params.kubeletCgroupDriver ?? 'same');
      if (own === 'same' || own === runtime) return undefined;
      return `cgroup drivers differ: cgroupDriver: ${own} in ${KUBELET_CONFIG}, SystemdCgroup = ${runtime === 'systemd'} (${runtime}) in ${CONTAINERD_CONFIG}; params: { driverMismatch: true } allows it`;
    },
  },
];

/** Why a point can't exist; undefined when nothing is known against it. */
export function impossibility(point: Point): string | undefined {
  for (const rule of RULES) {
    const reason = rule.reason(point);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** What is known of a component at a point. `spec` is undefined when it is the default. */
function component(name: string, axes: Axes, releases: Readonly<Record<string, Version>>) {
  const spec = axes[name] === undefined ? undefined : String(axes[name]);
  const wanted = spec ?? DEFAULT_VERSIONS[name] ?? '';
  const suite = /^deb(?:-src)?:(.+)$/.exec(wanted)?.[1];
  const version = suite === undefined ? parseVersion(wanted.replace(/^release:/, '')) : releases[suite];
  const label = `${name} ${suite === undefined ? wanted : `${version?.join('.')} (${wanted})`}`;
  return { spec, version, label };
}

/** `6.12`, `6.12.30`, `2`; undefined when it doesn't begin with a number. */
function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?/.exec(text);
  if (match === null) return undefined;
  return [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])];
}

type Bound = readonly [major: number, minor: number];

/** Both are false where it can't be told. */
function atLeast(version: Version | undefined, [major, minor]: Bound): boolean {
  return (
    version !== undefined && (version[0] > major || (version[0] === major && (version[1] ?? 0) >= minor))
  );
}

function below(version: Version | undefined, [major, minor]: Bound): boolean {
  if (version === undefined) return false;
  return version[0] < major || (version[0] === major && (version[1] ?? Number.POSITIVE_INFINITY) < minor);
}
