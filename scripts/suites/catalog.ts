/** All suites, and the axes that they share. A new suite is a folder here and a line in this list. Pure. */
import { cri } from './cri/description.ts';
import { critest } from './critest/description.ts';
import type { SuiteDescription } from './description.ts';
import { kubelet } from './kubelet/description.ts';
import { nodeE2e } from './node-e2e/description.ts';
import { oci } from './oci/description.ts';
import { script } from './script/description.ts';
import { startLatency } from './start-latency/description.ts';

/** In the order in which help and documentation name them. */
const LIST: readonly SuiteDescription[] = [oci, cri, kubelet, startLatency, nodeE2e, critest, script];

/** By id. */
export const SUITES: Readonly<Record<string, SuiteDescription>> = Object.fromEntries(
  LIST.map((suite) => [suite.id, suite]),
);

/** Axes that the machine and the suites share, with the values they can have; the first is the default. */
export const MACHINE_AXES: Readonly<Record<string, readonly string[]>> = {
  cgroup: ['v2', 'v1'],
  cgroupDriver: ['cgroupfs', 'systemd'],
};
