import { z } from 'zod';
import { describeSuite, type ParamsOf } from '../description.ts';
import { quantity } from '../params.ts';

const params = z.strictObject({
  count: z.int().min(1).max(1000).default(10).describe('containers that a sample runs'),
  warmup: z.int().min(0).max(100).default(2).describe('containers that it runs before those that count'),
  memoryLimit: quantity('memory limit of each container').prefault('100Mi'),
});

export type StartLatencyParams = ParamsOf<typeof params>;

export const startLatency = describeSuite({
  id: 'start-latency',
  title: 'how long runc takes to run many containers',
  components: ['runc'],
  cases: [
    { id: 'sequential', title: 'containers one after the other' },
    { id: 'concurrent', title: 'containers all at once' },
  ],
  params,
  timeMetrics: ['/^start\\./'],
  timeout: 300,
  openAxes: false,
  cost: { prepare: 2, sample: 15 },
  load: async () => (await import('./suite.ts')).startLatency,
});
