import type { Component } from './component.ts';

export const etcd: Component = {
  name: 'etcd',
  about: 'the store that an API server of the node tests keeps its objects in',
  default: 'deb:trixie',
  package: 'etcd-server',
  programs: { etcd: 'usr/bin/etcd' },
};
