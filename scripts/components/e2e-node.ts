import type { Component } from './component.ts';
import { kubernetesRecipe } from './kubernetes-build.ts';

export const e2eNode: Component = {
  name: 'e2eNode',
  about: "Kubernetes' own node tests, the program `e2e_node.test`",
  default: 'deb-src:bookworm',
  programs: { 'e2e_node.test': 'usr/bin/e2e_node.test' },
  // The test tarball, as https://github.com/kubernetes/release publishes it: with the node tests of that version.
  releases: {
    base: 'https://dl.k8s.io/release',
    files: (version, arch) => {
      const file = `v${version}/kubernetes-test-linux-${arch}.tar.gz`;
      const members = ['kubernetes/test/bin/e2e_node.test'];
      return {
        file,
        checksums: `${file}.sha256`,
        content: { kind: 'tar', members, into: 'usr/bin', strip: 3 },
      };
    },
  },
  // Older trees lack code that is generated, by tools which ask git where the tree begins.
  recipe: kubernetesRecipe(`
if grep -q '^generated_files:' Makefile; then git init -q .; make generated_files; fi
go test -c -vet=off -ldflags "$flags" -o "$OUT/e2e_node.test" k8s.io/kubernetes/test/e2e_node`),
};
