import type { Component } from './component.ts';
import { github } from './releases.ts';

export const runc: Component = {
  name: 'runc',
  about: 'the OCI runtime that containerd starts containers with',
  default: 'deb:trixie',
  package: 'runc',
  programs: { runc: 'usr/sbin/runc' },
  links: { 'usr/sbin/runc': 'usr/bin/runc' },
  // https://github.com/opencontainers/runc/blob/main/script/release_sign.sh
  releases: {
    base: github('opencontainers/runc'),
    files: (version, arch) => ({
      file: `v${version}/runc.${arch}`,
      checksums: `v${version}/runc.sha256sum`,
      signature: `v${version}/runc.${arch}.asc`,
      content: { kind: 'program' },
    }),
  },
  recipe: {
    repository: 'https://github.com/opencontainers/runc.git',
    packages: ['libseccomp-dev'],
    go: 'go.mod',
    // From 1.5 on it wants libpathrs, which Debian hasn't; older makefiles know nothing of that and let it pass.
    run: ['make COMMIT= RUNC_BUILDTAGS=-libpathrs runc', 'cp runc "$OUT"'].join('\n'),
  },
  bisectable: true,
  runtime: true,
};
