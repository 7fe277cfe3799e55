import { z } from 'zod';
import { describeSuite, type ParamsOf } from '../description.ts';
import { expression } from '../params.ts';

const params = z.strictObject({
  focus: expression('tests to run: regular expressions of their names, one a line').default(''),
  skip: expression('tests to leave out: regular expressions of their names, one a line').default(''),
});

export type CritestParams = ParamsOf<typeof params>;

export const critest = describeSuite({
  id: 'critest',
  title: "cri-tools' own tests of a CRI runtime, by its critest, on the machine's containerd and runc",
  components: ['runc', 'containerd', 'critest', 'cniPlugins'],
  cases: [
    { id: 'validation', title: 'the chosen validation tests pass' },
    { id: 'benchmark', title: 'the benchmarks run' },
  ],
  params,
  timeMetrics: [],
  timeout: 1800,
  openAxes: false,
  cost: { prepare: 15, sample: 600 },
  load: async () => (await import('./suite.ts')).critest,
});
