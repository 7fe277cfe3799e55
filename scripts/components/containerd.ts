import type { Component } from './component.ts';
import { github } from './releases.ts';
import { atLeast, below } from './rule.ts';

export const containerd: Component = {
  name: 'containerd',
  about: 'the container manager that a kubelet drives',
  default: 'deb:trixie',
  package: 'containerd',
  // experimental has none of its own.
  versions: { bullseye: [1, 4], bookworm: [1, 6], trixie: [1, 7], forky: [2, 1], sid: [2, 1] },
  programs: {
    containerd: 'usr/bin/containerd',
    'containerd-shim-runc-v2': 'usr/bin/containerd-shim-runc-v2',
    'containerd-shim-runc-v1': 'usr/bin/containerd-shim-runc-v1',
    'containerd-shim': 'usr/bin/containerd-shim',
    ctr: 'usr/bin/ctr',
  },
  // https://github.com/containerd/containerd/blob/main/docs/getting-started.md
  releases: {
    base: github('containerd/containerd'),
    files: (version, arch) => {
      const file = `v${version}/containerd-${version}-linux-${arch}.tar.gz`;
      return {
        file,
        checksums: `${file}.sha256sum`,
        content: { kind: 'tar', members: ['bin'], into: 'usr' },
      };
    },
  },
  recipe: {
    repository: 'https://github.com/containerd/containerd.git',
    packages: ['libseccomp-dev'],
    go: 'go.mod',
    run: [
      'programs="bin/containerd bin/containerd-shim-runc-v2 bin/ctr"',
      'make VERSION="$TAG" REVISION= BUILDTAGS=no_btrfs $programs',
      'cp $programs "$OUT"',
    ].join('\n'),
  },
  bisectable: true,
  rules: [
    {
      name: 'cri-v1alpha2',
      source:
        'https://github.com/containerd/containerd/blob/main/RELEASES.md: CRI v1alpha2 was removed in 2.0',
      reason({ version, runs, value }) {
        const { version: own, label } = version('containerd');
        if (!runs('containerd') || value('cri') !== 'v1alpha2' || !atLeast(own, [2, 0])) return undefined;
        return `CRI v1alpha2: ${label} speaks only v1; 1.6 and 1.7 speak both`;
      },
    },
    {
      name: 'cri-v1',
      source: 'https://kubernetes.io/blog/2022/11/18/upcoming-changes-in-kubernetes-1-26/: CRI v1 needs 1.6',
      reason({ version, runs, value }) {
        const { version: own, label } = version('containerd');
        if (!runs('containerd') || value('cri') !== 'v1' || !below(own, [1, 6])) return undefined;
        return `CRI v1: ${label} speaks only v1alpha2; 1.6 and 1.7 speak both`;
      },
    },
    {
      name: 'containerd-cgroup-v2',
      source:
        'https://github.com/containerd/containerd/releases/tag/v1.4.0: cgroup v2 is supported from 1.4 on',
      reason({ version, runs, value }) {
        const { version: own, label } = version('containerd');
        if (!runs('containerd') || value('cgroup') !== 'v2' || !below(own, [1, 4])) return undefined;
        return `cgroup v2: ${label} knows only v1; 1.4 and later know both`;
      },
    },
  ],
};
