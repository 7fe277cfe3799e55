import type { Component } from './component.ts';
import { atLeast } from './rule.ts';

export const kernel: Component = {
  name: 'kernel',
  about: 'Linux, which the machine boots',
  called: 'Linux',
  default: 'deb:trixie',
  package: 'linux-image-cloud-amd64',
  // The package names the kernel's; since 7.x that one names the packages which hold its parts.
  parts: { main: /^linux-image-\d/, more: /^linux-(?:image|base|binary|modules)-\d/ },
  // Testing and sid move, and only upwards.
  versions: {
    bullseye: [5, 10],
    bookworm: [6, 1],
    trixie: [6, 12],
    forky: [7, 2],
    sid: [7, 2],
    experimental: [7, 3],
  },
  only: { schemes: ['deb'], otherwise: 'kernels come from deb: alone' },
  booted: true,
  rules: [
    {
      name: 'cgroup-v1-memory',
      source:
        '/boot/config of the packages: CONFIG_MEMCG_V1 is off from 6.12 on; 6.1 and 5.10 have no such switch',
      reason({ version, value }) {
        const { version: own, label, isDefault } = version('kernel');
        if (value('cgroup') !== 'v1' || !atLeast(own, [6, 12])) return undefined;
        const which = isDefault ? `${label}, the default,` : label;
        return `cgroup v1: ${which} is built without its memory controller (CONFIG_MEMCG_V1); 6.1 and 5.10 have it`;
      },
    },
  ],
};
