import type { Component } from './component.ts';
import { kubernetesRecipe } from './kubernetes-build.ts';
import { atLeast, below } from './rule.ts';

const CONTAINERD_CONFIG = '/etc/containerd/config.toml';
const KUBELET_CONFIG = '/var/lib/kubelet/config.yaml';

export const kubelet: Component = {
  name: 'kubelet',
  about: "Kubernetes' agent on a node",
  default: 'deb-src:bookworm',
  // As a source package.
  versions: { bookworm: [1, 20] },
  programs: { kubelet: 'usr/bin/kubelet' },
  // https://kubernetes.io/releases/download/#binaries
  releases: {
    base: 'https://dl.k8s.io/release',
    files: (version, arch) => {
      const file = `v${version}/bin/linux/${arch}/kubelet`;
      return { file, checksums: `${file}.sha256`, content: { kind: 'program' } };
    },
  },
  recipe: kubernetesRecipe('go build -ldflags "$flags" -o "$OUT/kubelet" k8s.io/kubernetes/cmd/kubelet'),
  bisectable: true,
  rules: [
    {
      name: 'kubelet-cri-v1alpha2',
      source:
        'https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.23.md: the kubelet speaks CRI v1 from 1.23 on; https://github.com/containerd/containerd/blob/main/RELEASES.md: containerd 2.0 removed v1alpha2',
      reason({ version, runs }) {
        const [own, runtime] = [version('kubelet'), version('containerd')];
        if (!runs('kubelet') || !below(own.version, [1, 23]) || !atLeast(runtime.version, [2, 0])) {
          return undefined;
        }
        return `CRI: ${own.label} speaks only v1alpha2, ${runtime.label} only v1; containerd 1.6 and 1.7 speak both`;
      },
    },
    {
      name: 'kubelet-cri-v1',
      source:
        'https://kubernetes.io/blog/2022/11/18/upcoming-changes-in-kubernetes-1-26/: the kubelet speaks CRI v1 alone from 1.26 on, containerd from 1.6 on',
      reason({ version, runs }) {
        const [own, runtime] = [version('kubelet'), version('containerd')];
        if (!runs('kubelet') || !atLeast(own.version, [1, 26]) || !below(runtime.version, [1, 6])) {
          return undefined;
        }
        return `CRI: ${own.label} speaks only v1, ${runtime.label} only v1alpha2; containerd 1.6 and 1.7 speak both`;
      },
    },
    {
      name: 'kubelet-cgroup-v2',
      source:
        'https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.19.md: support for hosts with cgroup v2 (#85218)',
      reason({ version, runs, value }) {
        const { version: own, label } = version('kubelet');
        if (!runs('kubelet') || value('cgroup') !== 'v2' || !below(own, [1, 19])) return undefined;
        return `cgroup v2: ${label} knows only v1; 1.19 and later know both`;
      },
    },
    {
      name: 'kubelet-cgroup-driver',
      source:
        'https://kubernetes.io/docs/setup/production-environment/container-runtimes/#cgroup-drivers: both must be the same',
      reason({ runs, value }) {
        if (!runs('kubelet') || value('driverMismatch') === true) return undefined;
        const [runtime, own] = [value('cgroupDriver'), value('kubeletCgroupDriver') ?? 'same'];
        if (own === 'same' || own === runtime) return undefined;
        return `cgroup drivers differ: cgroupDriver: ${own} in ${KUBELET_CONFIG}, SystemdCgroup = ${runtime === 'systemd'} (${runtime}) in ${CONTAINERD_CONFIG}; params: { driverMismatch: true } allows it`;
      },
    },
  ],
};
