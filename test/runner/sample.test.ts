import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KernelLog } from '../../scripts/evidence/collect.ts';
import { runSample } from '../../scripts/runner/sample.ts';
import type { Suite } from '../../scripts/suites/suite.ts';
import { fakeMachine, suiteContext } from '../suites/support.ts';
import { temporaryDir } from '../vm/support.ts';

const { signal } = new AbortController();

function suiteThat(run: Suite['run']): Suite {
  return { id: 'test', prepare: async () => {}, run, inspect: async () => ({}), logs: async () => ({}) };
}

async function sampleOf(run: Suite['run'], options: { dmesg?: string; signal?: AbortSignal } = {}) {
  const machine = fakeMachine((text) => ({ stdout: text.startsWith('echo') ? (options.dmesg ?? '') : '' }));
  const order = {
    ...{ suite: suiteThat(run), context: suiteContext(), machine, log: new KernelLog(machine) },
    ...{ caseId: 'start', index: 1, runDir: await temporaryDir(), cellDir: 'cells/x' },
  };
  return runSample(order, options.signal ?? signal);
}

it('an OOM kill that the case provokes is marked, any other is not', async () => {
  const dmesg = readFileSync(new URL('../fixtures/kernel-log/6.12-v2-provoked.txt', import.meta.url), 'utf8');
  const kills = async (...provoked: string[]) => {
    const { sample } = await sampleOf(async (_case, _machine, _context, sink) => sink.provokes(...provoked), {
      dmesg: dmesg.replaceAll('single-container-oom#1', 'start#1'),
    });
    return sample.oomKills;
  };
  const [victim] = await kills();
  expect(victim).toMatchObject({ provoked: false });
  expect((await kills(victim?.process ?? ''))[0]).toMatchObject({ provoked: true });
});

it('what a case found before it threw is kept', async () => {
  const { sample, failure } = await sampleOf(async (_case, _machine, _context, sink) => {
    sink.metric('memory.peak', { value: 1, unit: 'bytes' });
    await sink.keep('raw.txt', 'raw');
    throw new Error('no answer');
  });
  expect(failure).toBeInstanceOf(Error);
  expect(sample).toMatchObject({ outcome: 'error', errors: ['no answer'] });
  expect(sample.metrics).toHaveProperty(['memory.peak']);
  expect(sample.files).toContain('cells/x/samples/start-1/raw.txt');
});

it('an interrupt before the case began ends it, also when the suite does not listen', async () => {
  const hang: Suite['run'] = () => new Promise(() => undefined);
  const { sample } = await sampleOf(hang, { signal: AbortSignal.abort(new Error('stopped')) });
  expect(sample).toMatchObject({ outcome: 'error', errors: ['stopped'] });
});

it('what a case says stays small, however much it is', async () => {
  const { sample } = await sampleOf(async (_case, _machine, _context, sink) => {
    sink.error(`first ${'x'.repeat(5_000_000)} last`);
    for (let n = 0; n < 5000; n++) sink.error('again');
    for (let n = 0; n < 5000; n++) sink.metric(`m${n}`, { value: n, unit: 'ms' });
  });
  expect(sample.outcome).toBe('error');
  expect(sample.errors[0]).toMatch(/^first x+\n\.\.\. [\d,]+ bytes left out \.\.\.\nx+ last$/);
  expect(sample.errors.at(-1)).toContain('1000 metrics');
  expect(JSON.stringify(sample).length).toBeLessThan(200_000);
});

it('how the host was stands with the sample, where the machine can tell', async () => {
  const moment = {
    running: 9,
    ticks: undefined,
    stalled: { cpu: undefined, memory: undefined },
    wall: 0,
    monotonic: 0,
  };
  const machine = { ...fakeMachine(() => ({})), host: () => moment };
  const order = {
    ...{
      suite: suiteThat(async () => undefined),
      context: suiteContext(),
      machine,
      log: new KernelLog(machine),
    },
    ...{ caseId: 'start', index: 1, runDir: await temporaryDir(), cellDir: 'cells/x' },
  };
  const { sample } = await runSample(order, signal);
  expect(sample.host).toMatchObject({ load: expect.any(Number), clockStepMs: 0 });
  expect((await sampleOf(async () => undefined)).sample).not.toHaveProperty('host');
});
