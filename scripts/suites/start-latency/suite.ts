/** The `start-latency` suite: how long runc takes to run many containers, one after the other and all at once. */
import { ReproError } from '../../lib/errors.ts';
import { quantile } from '../../lib/numbers.ts';
import { inspectGuest } from '../inspect.ts';
import { prepareRootfs } from '../oci/prepare.ts';
import type { PlacedSample, Suite } from '../suite.ts';
import type { StartLatencyParams } from './description.ts';
import { latencyScript } from './script.ts';
import { parseStarts } from './times.ts';

const CASES = ['sequential', 'concurrent'];
const PERCENTILES = [50, 90, 99] as const;

export const startLatency: Suite<StartLatencyParams> = {
  id: 'start-latency',

  async prepare({ machine, context }, signal) {
    await prepareRootfs(machine, signal);
    return {
      take: (sample, until) => takeSample({ ...sample, machine, context }, until),
      inspect: (until) => inspectGuest(machine, { runc: 'runc' }, until),
      async [Symbol.asyncDispose]() {},
    };
  },

  logs: async () => ({}),
};

async function takeSample(
  { caseId, params, sink, machine, context }: PlacedSample<StartLatencyParams>,
  signal: AbortSignal,
): Promise<void> {
  if (!CASES.includes(caseId))
    throw new ReproError('unknown-case', `suite start-latency has no case ${caseId}`);
  const { count, warmup, memoryLimit } = params;
  const text = latencyScript({
    slug: sink.slug,
    count,
    warmup,
    concurrent: caseId === 'concurrent',
    cgroup: context.cgroup,
    driver: context.cgroupDriver,
    memoryLimit,
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
}
