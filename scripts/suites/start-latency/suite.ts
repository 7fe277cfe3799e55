/** The `start-latency` suite: how long runc takes to run many containers, one after the other and all at once. */
import { ReproError } from '../../lib/errors.ts';
import { quantile } from '../../lib/numbers.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import { oci } from '../oci/suite.ts';
import type { Suite } from '../suite.ts';
import { latencyScript } from './script.ts';
import { parseStarts } from './times.ts';

const CASES = ['sequential', 'concurrent'];
const PERCENTILES = [50, 90, 99] as const;

export const startLatency: Suite = {
  id: 'start-latency',
  prepare: (machine, context, signal) => oci.prepare(machine, context, signal),

  async run({ caseId, machine, context, sink }, signal) {
    if (!CASES.includes(caseId))
      throw new ReproError('unknown-case', `suite start-latency has no case ${caseId}`);
    const { count, warmup, memoryLimit } = context.params;
    const text = latencyScript({
      slug: sink.slug,
      count: Number(count),
      warmup: Number(warmup),
      concurrent: caseId === 'concurrent',
      cgroup: context.cgroup,
      driver: context.cgroupDriver,
      memoryLimit: parseQuantity(String(memoryLimit)) ?? Number.NaN,
    });
    const { stdout, stderr } = await machine.exec(text, { signal, timeout: context.cell.timeout * 1000 });
    await sink.keep('starts.txt', `${stdout}\n${stderr}`.trim());
    const { each, total, errors } = parseStarts(stdout);
    for (const error of errors) sink.error(error);
    if (each.length + errors.length === 0)
      throw new ReproError('guest-script', `the guest's script said nothing of its starts: ${stderr.trim()}`);
    // A time of fewer starts than the others' would be no time to compare.
    if (errors.length > 0) return;
    const ms = (value: number) => ({ value: Math.round(value * 100) / 100, unit: 'ms' });
    sink.metric('start.total', ms(total));
    for (const share of PERCENTILES) sink.metric(`start.p${share}`, ms(quantile(each, share / 100)));
  },

  inspect: (machine, context, signal) => oci.inspect(machine, context, signal),
  logs: async () => ({}),
};
