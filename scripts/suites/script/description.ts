import { z } from 'zod';
import { describeSuite, type ParamsOf } from '../description.ts';

const params = z.strictObject({
  run: z.string().min(1).describe('script for /bin/sh, run as root in the machine'),
  setup: z.string().optional().describe('script that runs once per machine, before the samples'),
});

export type ScriptParams = ParamsOf<typeof params>;

export const script = describeSuite({
  id: 'script',
  title: 'a shell script of your own; every axis reaches it as an environment variable',
  components: [],
  cases: [{ id: 'script', title: 'the script exits with 0' }],
  params,
  // Its unit is known once it ran, which is too late: so the name decides.
  timeMetrics: ['/(^|[._-])(time|latency|duration|seconds|secs|ms)$/i'],
  openAxes: true,
  cost: { prepare: 1, sample: 3 },
  load: async () => (await import('./suite.ts')).script,
});
