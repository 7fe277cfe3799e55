import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BenchRequest, bench, trioOf } from '../../scripts/bench/driver.ts';
import { readReport } from '../../scripts/report/json.ts';
import { pairsOf } from '../../scripts/verify/arms.ts';
import { type Answer, experimentOf, requestOf, scriptScenario } from '../runner/support.ts';
import { temporaryDir } from '../vm/support.ts';

const { signal } = new AbortController();
const ROUNDS = 8;
const isNew = ({ text }: { text: string }) => /REPRO_RUNC='?1\.1\.15/.test(text);

async function requestFor(answer: Answer, candidate = '1.1.15') {
  const dir = await temporaryDir();
  const scenario = scriptScenario();
  const { request, provider } = requestOf(dir, scenario, answer);
  const { pairs, unpaired } = pairsOf(scenario.cells, { runc: '1.1.5' }, { runc: candidate });
  const benchRequest: BenchRequest = {
    ...experimentOf(request),
    trios: pairs.map(trioOf),
    unpaired,
    baseline: '1.1.5',
    candidate,
    tolerate: 0.1,
    rounds: ROUNDS,
    seed: 7,
  };
  return { request: benchRequest, provider, dir };
}

/** Each start takes so many ms and a little more than the one before; the first of a machine takes far longer. */
function taking(ms: (call: Parameters<Answer>[0]) => number): Answer {
  let calls = 0;
  return (call) => {
    const isFirst = /script-1\b/.test(call.text);
    return { stdout: `metric start.total ${isFirst ? 1e6 : ms(call) + calls++ / 1000} ms\n` };
  };
}

describe('bench', () => {
  it('takes turns on three machines, one sample at a time, and does not count the round that warms up', async () => {
    let [running, most] = [0, 0];
    const took = taking((call) => (isNew(call) ? 200 : 100));
    const { request, provider, dir } = await requestFor(async (call) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return took(call);
    });
    const { benchmark } = await bench(request, signal);
    expect(provider).toMatchObject({ most: 3, alive: 0 });
    expect(most).toBe(1);
    const arms = benchmark.order.map(({ cell }) => /arm=(.*)/.exec(cell)?.[1]);
    for (const arm of ['baseline', 'again', 'candidate'])
      expect(arms.filter((one) => one === arm)).toHaveLength(ROUNDS + 1);
    expect(benchmark).toMatchObject({
      outcome: 'slower',
      gaps: [],
      sameBuild: false,
      rounds: ROUNDS,
      seed: 7,
    });
    const [timing] = benchmark.timings;
    expect(timing).toMatchObject({
      metric: 'start.total',
      baseline: { n: 2 * ROUNDS },
      candidate: { n: ROUNDS },
    });
    expect(timing?.ratio.estimate).toBeCloseTo(2, 2);
    expect(timing?.noise).toBeLessThan(1.01);
    expect(JSON.parse(await readFile(join(dir, 'bench.json'), 'utf8'))).toMatchObject({ outcome: 'slower' });
    const { cells } = (await readReport(dir)).report;
    expect(cells.map(({ samples }) => samples.length)).toEqual([9, 9, 9]);
  });

  it('claims nothing that the same build shows as well', async () => {
    const [request] = [(await requestFor(taking(() => 100))).request];
    expect((await bench(request, signal)).benchmark).toMatchObject({ outcome: 'alike', gaps: [] });
  });

  it('of a build against itself says so', async () => {
    const { request } = await requestFor(
      taking(() => 100),
      '1.1.5',
    );
    expect((await bench(request, signal)).benchmark).toMatchObject({ outcome: 'alike', sameBuild: true });
  });

  it('is inconclusive where a sample failed, and says which', async () => {
    const took = taking(() => 100);
    const { request } = await requestFor((call) =>
      isNew(call) && /script-3\b/.test(call.text) ? { exitCode: 1, stderr: 'boom\n' } : took(call),
    );
    const { benchmark } = await bench(request, signal);
    expect(benchmark.outcome).toBe('inconclusive');
    expect(benchmark.gaps).toEqual([expect.stringMatching(/arm=candidate script#3: boom$/)]);
  });
});
