import type { Component } from './component.ts';
import { criToolsReleases } from './cri-tools.ts';

export const critest: Component = {
  name: 'critest',
  about: "cri-tools' own tests of a CRI runtime",
  default: 'release:1.30.0',
  programs: { critest: 'usr/bin/critest' },
  releases: criToolsReleases('critest'),
  recipe: {
    repository: 'https://github.com/kubernetes-sigs/cri-tools.git',
    packages: [],
    go: 'go.mod',
    run: 'CGO_ENABLED=0 go test -c -vet=off -mod=vendor -ldflags "-s -w" -o "$OUT/critest" ./cmd/critest',
  },
};
