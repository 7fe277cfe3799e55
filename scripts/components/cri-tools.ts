/** The programs of cri-tools, each a tar of its own: https://github.com/kubernetes-sigs/cri-tools/releases */
import { github, type ReleaseLayout } from './releases.ts';

export function criToolsReleases(program: string): ReleaseLayout {
  return {
    base: github('kubernetes-sigs/cri-tools'),
    files: (version, arch) => {
      const file = `v${version}/${program}-v${version}-linux-${arch}.tar.gz`;
      return {
        file,
        checksums: `${file}.sha256`,
        content: { kind: 'tar', members: [program], into: 'usr/bin' },
      };
    },
  };
}
