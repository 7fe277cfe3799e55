import { z } from 'zod';
import { describeSuite, type ParamsOf } from '../description.ts';
import { expression } from '../params.ts';

const params = z.strictObject({
  focus: expression('tests to run: regular expressions of their names, one a line').default(
    '\\[NodeConformance\\]',
  ),
  skip: expression('tests to leave out: regular expressions of their names, one a line').default(''),
  labelFilter: z.string().default('').describe("ginkgo's label filter, for Kubernetes 1.25 and later"),
});

export type NodeE2eParams = ParamsOf<typeof params>;

export const nodeE2e = describeSuite({
  id: 'node-e2e',
  title:
    "Kubernetes' own node e2e tests, by its e2e_node.test, on the machine's kubelet, containerd and runc",
  // Kubernetes 1.21 and later want an etcd to start; 1.20 has one within.
  components: ['runc', 'containerd', 'kubelet', 'e2eNode', 'cniPlugins', 'etcd'],
  cases: [{ id: 'tests', title: 'the chosen tests pass' }],
  params,
  timeMetrics: [],
  // Etcd, an apiserver and a kubelet are started first, which alone takes minutes under emulation.
  timeout: 3600,
  openAxes: false,
  cost: { prepare: 40, sample: 600 },
  load: async () => (await import('./suite.ts')).nodeE2e,
});
