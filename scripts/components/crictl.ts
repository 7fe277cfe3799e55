import type { Component } from './component.ts';
import { criToolsReleases } from './cri-tools.ts';

export const crictl: Component = {
  name: 'crictl',
  about: 'the command line of the CRI',
  programs: { crictl: 'usr/bin/crictl' },
  releases: criToolsReleases('crictl'),
};
