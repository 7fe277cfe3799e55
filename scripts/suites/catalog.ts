/**
 * What every suite offers, as data: its cases, the components it needs, its parameters.
 * Pure, so that scenarios can be checked and planned without loading a suite.
 */
import { z } from 'zod';
import { compile, PatternError } from '../lib/pattern.ts';

export interface CaseDescription {
  readonly id: string;
  readonly title: string;
}

export interface SuiteDescription {
  readonly id: string;
  readonly title: string;
  /** Components a cell must name by an axis, or get by default (`defaults`). */
  readonly components: readonly string[];
  readonly cases: readonly CaseDescription[];
  /** Parameters by name; any of them may be an axis. */
  readonly params: z.ZodObject;
  /**
   * Metrics that are times, by name or as `/…/`. A scenario whose symptom is about one of them has the host to
   * itself while its samples run.
   */
  readonly timeMetrics: readonly string[];
  /** Seconds that a sample may take where the scenario says nothing; 60 where this says nothing either. */
  readonly timeout?: number;
  /** Whether axes that are neither a component nor a parameter are handed to the suite all the same. */
  readonly openAxes: boolean;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/** Bytes of a Kubernetes memory quantity (`15Mi`, `20M`, `1048576`); undefined when it isn't one. */
export function parseQuantity(text: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G)?$/.exec(String(text));
  const factor = UNITS[match?.[2] ?? ''];
  if (match === null || factor === undefined) return undefined;
  const bytes = Math.round(Number(match[1]) * factor);
  // Beyond that it is written in another way than it was read, and no machine has it.
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

const quantity = (what: string) =>
  z
    .union([z.string(), z.number()])
    .refine((text) => parseQuantity(text) !== undefined, { error: 'must be a memory quantity, such as 15Mi' })
    .describe(what);

const OCI: SuiteDescription = {
  id: 'oci',
  title: 'runc directly, without containerd',
  components: ['runc'],
  cases: [
    { id: 'start', title: 'start a container under a memory limit' },
    { id: 'exec', title: 'exec a process into a container under a small memory limit' },
    { id: 'start-many', title: 'start several containers at once, each under the limit' },
  ],
  params: z.strictObject({
    memoryLimit: quantity('memory limit of the container').default('15Mi'),
    count: z.int().min(1).max(100).default(5).describe('containers that `start-many` starts at once'),
  }),
  timeMetrics: ['start.time', 'exec.time'],
  openAxes: false,
};

const CRI: SuiteDescription = {
  id: 'cri',
  title: "pods through containerd's CRI API, as a kubelet drives it",
  components: ['runc', 'containerd'],
  cases: [
    { id: 'pod-start', title: 'a small pod starts and stays up' },
    {
      id: 'single-container-oom',
      title: 'a container that allocates beyond its limit is reported OOMKilled',
    },
    {
      id: 'init-container-oom',
      title: 'an init container that allocates beyond its limit is the one killed',
    },
    { id: 'restart', title: 'a container that exits is started again in its pod' },
    { id: 'exec-probe', title: 'an exec probe runs in a container under a small limit' },
  ],
  params: z.strictObject({
    memoryLimit: quantity("memory limit of the pod's cgroup and of its container").default('15Mi'),
    allocate: quantity('what the OOM cases allocate, beyond the limit').default('200Mi'),
    cri: z.enum(['auto', 'v1', 'v1alpha2']).default('auto').describe('CRI API version to speak'),
  }),
  timeMetrics: ['pod.start', 'exec.time'],
  openAxes: false,
};

/** A part of the machine's memory, or a quantity; `0` reserves nothing. */
const reservation = z
  .union([z.string(), z.number()])
  .refine((text) => (Number(text) >= 0 && Number(text) < 1) || parseQuantity(text) !== undefined, {
    error: 'must be a memory quantity, such as 100Mi, or a part of the machine, such as 0.35',
  })
  .describe("memory that the kubelet's kubeReserved keeps from pods: a quantity, or a part of the machine's");

const KUBELET: SuiteDescription = {
  id: 'kubelet',
  title: 'static pods of a real kubelet, standalone, on containerd and runc',
  components: ['runc', 'containerd', 'kubelet'],
  cases: [
    { id: 'pod-start', title: 'a small pod starts and stays up' },
    { id: 'restart', title: 'a container that exits is started again in its pod' },
    { id: 'exec-probe', title: 'a small pod becomes ready by its exec probe and stays so' },
    { id: 'single-container-oom', title: 'a container that allocates beyond its limit is OOMKilled' },
    { id: 'init-container-oom', title: 'an init container that allocates beyond its limit is OOMKilled' },
    {
      id: 'several-processes-oom',
      title: 'one of several processes is killed: the others go on, or end with it where the kubelet says so',
    },
    {
      id: 'node-allocatable-oom',
      title: 'a container without a limit takes more than all pods may have, and is OOMKilled',
    },
  ],
  params: z.strictObject({
    memoryLimit: quantity('memory limit of each container, and so of its pod').default('15Mi'),
    allocate: quantity('what the OOM cases allocate, beyond the limit').default('200Mi'),
    kubeReserved: reservation.default(0.35),
    kubeletCgroupDriver: z
      .enum(['same', 'cgroupfs', 'systemd'])
      .default('same')
      .describe("the kubelet's cgroup driver; `same` as containerd's"),
    driverMismatch: z
      .boolean()
      .default(false)
      .describe('lets the drivers of the kubelet and of containerd differ, on purpose'),
  }),
  timeMetrics: ['pod.start'],
  // Two waits for the kubelet, and one until it has removed the pod.
  timeout: 300,
  openAxes: false,
};

const START_LATENCY: SuiteDescription = {
  id: 'start-latency',
  title: 'how long runc takes to run many containers',
  components: ['runc'],
  cases: [
    { id: 'sequential', title: 'containers one after the other' },
    { id: 'concurrent', title: 'containers all at once' },
  ],
  params: z.strictObject({
    count: z.int().min(1).max(1000).default(10).describe('containers that a sample runs'),
    warmup: z.int().min(0).max(100).default(2).describe('containers that it runs before those that count'),
    memoryLimit: quantity('memory limit of each container').default('100Mi'),
  }),
  timeMetrics: ['/^start\\./'],
  timeout: 300,
  openAxes: false,
};

const expression = (what: string) =>
  z
    .string()
    .refine((text) => expressionFlaw(text) === undefined, {
      error: (issue) =>
        `must be regular expressions, such as \\[NodeConformance\\]: ${expressionFlaw(String(issue.input))}`,
    })
    .describe(what);

/** What is wrong with one of the lines. Go, which reads them in the guest, has RE2's expressions, too. */
function expressionFlaw(text: string): string | undefined {
  try {
    for (const line of text.split('\n')) compile(line.trim());
    return undefined;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

const NODE_E2E: SuiteDescription = {
  id: 'node-e2e',
  title:
    "Kubernetes' own node e2e tests, by its e2e_node.test, on the machine's kubelet, containerd and runc",
  // Kubernetes 1.21 and later want an etcd to start; 1.20 has one within.
  components: ['runc', 'containerd', 'kubelet', 'e2eNode', 'cniPlugins', 'etcd'],
  cases: [{ id: 'tests', title: 'the chosen tests pass' }],
  params: z.strictObject({
    focus: expression('tests to run: regular expressions of their names, one a line').default(
      '\\[NodeConformance\\]',
    ),
    skip: expression('tests to leave out: regular expressions of their names, one a line').default(''),
    labelFilter: z.string().default('').describe("ginkgo's label filter, for Kubernetes 1.25 and later"),
  }),
  timeMetrics: [],
  // Etcd, an apiserver and a kubelet are started first, which alone takes minutes under emulation.
  timeout: 3600,
  openAxes: false,
};

const CRITEST: SuiteDescription = {
  id: 'critest',
  title: "cri-tools' own tests of a CRI runtime, by its critest, on the machine's containerd and runc",
  components: ['runc', 'containerd', 'critest', 'cniPlugins'],
  cases: [
    { id: 'validation', title: 'the chosen validation tests pass' },
    { id: 'benchmark', title: 'the benchmarks run' },
  ],
  params: z.strictObject({
    focus: expression('tests to run: regular expressions of their names, one a line').default(''),
    skip: expression('tests to leave out: regular expressions of their names, one a line').default(''),
  }),
  timeMetrics: [],
  timeout: 1800,
  openAxes: false,
};

const SCRIPT: SuiteDescription = {
  id: 'script',
  title: 'a shell script of your own; every axis reaches it as an environment variable',
  components: [],
  cases: [{ id: 'script', title: 'the script exits with 0' }],
  params: z.strictObject({
    run: z.string().min(1).describe('script for /bin/sh, run as root in the machine'),
    setup: z.string().optional().describe('script that runs once per machine, before the samples'),
  }),
  // Its unit is known once it ran, which is too late: so the name decides.
  timeMetrics: ['/(^|[._-])(time|latency|duration|seconds|secs|ms)$/i'],
  openAxes: true,
};

export const SUITES: Readonly<Record<string, SuiteDescription>> = {
  oci: OCI,
  cri: CRI,
  kubelet: KUBELET,
  'start-latency': START_LATENCY,
  'node-e2e': NODE_E2E,
  critest: CRITEST,
  script: SCRIPT,
};

/** Axes that the machine and the suites share, with the values they can have; the first is the default. */
export const MACHINE_AXES: Readonly<Record<string, readonly string[]>> = {
  cgroup: ['v2', 'v1'],
  cgroupDriver: ['cgroupfs', 'systemd'],
};
