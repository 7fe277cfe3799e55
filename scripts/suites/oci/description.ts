import { z } from 'zod';
import { describeSuite, type ParamsOf } from '../description.ts';
import { quantity } from '../params.ts';

const params = z.strictObject({
  memoryLimit: quantity('memory limit of the container').prefault('15Mi'),
  count: z.int().min(1).max(100).default(5).describe('containers that `start-many` starts at once'),
});

export type OciParams = ParamsOf<typeof params>;

export const oci = describeSuite({
  id: 'oci',
  title: 'runc directly, without containerd',
  components: ['runc'],
  cases: [
    { id: 'start', title: 'start a container under a memory limit' },
    { id: 'exec', title: 'exec a process into a container under a small memory limit' },
    { id: 'start-many', title: 'start several containers at once, each under the limit' },
  ],
  params,
  timeMetrics: ['start.time', 'exec.time'],
  openAxes: false,
  cost: { prepare: 2, sample: 2 },
  load: async () => (await import('./suite.ts')).oci,
});
