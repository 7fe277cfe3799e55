/** All components: the axes that choose an artifact. A new one is a file here and a line in this list. */
import { cniPlugins } from './cni-plugins.ts';
import type { Component } from './component.ts';
import { containerd } from './containerd.ts';
import { crictl } from './crictl.ts';
import { critest } from './critest.ts';
import { crun } from './crun.ts';
import { e2eNode } from './e2e-node.ts';
import { etcd } from './etcd.ts';
import { kernel } from './kernel.ts';
import { kubelet } from './kubelet.ts';
import { runc } from './runc.ts';

/** In the order in which help and documentation name them. */
export const CARDS: readonly Component[] = [
  runc,
  containerd,
  crun,
  kubelet,
  e2eNode,
  crictl,
  critest,
  cniPlugins,
  etcd,
  kernel,
];

const BY_NAME: ReadonlyMap<string, Component> = new Map(CARDS.map((card) => [card.name, card]));

/** Undefined for what is no component. */
export function cardOf(name: string): Component | undefined {
  return BY_NAME.get(name);
}

/** Names of the components that fit, in the order of the list. */
export function componentsThat(fit: (card: Component) => boolean): string[] {
  return CARDS.filter(fit).map(({ name }) => name);
}

export const COMPONENTS: readonly string[] = componentsThat(() => true);

/** Those that become layers of a machine: all but what it boots. */
export const LAYERED: readonly string[] = componentsThat(({ booted }) => booted !== true);
