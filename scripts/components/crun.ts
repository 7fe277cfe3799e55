import type { Component } from './component.ts';

export const crun: Component = {
  name: 'crun',
  about: 'an OCI runtime in C',
  package: 'crun',
  programs: { crun: 'usr/bin/crun' },
  bisectable: true,
  runtime: true,
};
