import type { Component } from './component.ts';
import { github } from './releases.ts';

export const cniPlugins: Component = {
  name: 'cniPlugins',
  about: 'the CNI plugins, in `/usr/lib/cni`',
  default: 'deb:trixie',
  package: 'containernetworking-plugins',
  // https://github.com/containernetworking/plugins/blob/main/scripts/release.sh; Debian has them in /usr/lib/cni.
  releases: {
    base: github('containernetworking/plugins'),
    files: (version, arch) => {
      const file = `v${version}/cni-plugins-linux-${arch}-v${version}.tgz`;
      return {
        file,
        checksums: `${file}.sha256`,
        content: { kind: 'tar', members: [], into: 'usr/lib/cni' },
      };
    },
  },
};
