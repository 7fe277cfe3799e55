import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { KernelLog } from '../../scripts/evidence/collect.ts';
import type { HostWait } from '../../scripts/lib/limit.ts';
import { runSample } from '../../scripts/runner/sample.ts';
import type { Suite } from '../../scripts/suites/suite.ts';
import { fakeMachine, suiteContext } from '../suites/support.ts';
import { STANDSTILL, temporaryDir } from '../vm/support.ts';

const { signal } = new AbortController();

function suiteThat(run: Suite['run']): Suite {
  return { id: 'test', prepare: async () => {}, run, inspect: async () => ({}), logs: async () => ({}) };
}

interface SampleOptions {
  readonly dmesg?: string;
  readonly signal?: AbortSignal;
  readonly hostWait?: HostWait;
  readonly timeout?: number;
}

async function sampleOf(run: Suite['run'], options: SampleOptions = {}) {
  const fake = fakeMachine((text) => ({ stdout: text.startsWith('echo') ? (options.dmesg ?? '') : '' }));
  const machine = { ...fake, hostWait: options.hostWait };
  const given = suiteContext();
  const context = { ...given, cell: { ...given.cell, timeout: options.timeout ?? given.cell.timeout } };
  const order = {
    ...{ suite: suiteThat(run), context, machine, log: new KernelLog(machine) },
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

it('its time is that which the machine gets', async () => {
  const slow: Suite['run'] = (_case, _machine, _context, sink) =>
    sleep(1200).then(() => sink.metric('slow', { value: 1, unit: 'ms' }));
  const { sample } = await sampleOf(slow, { timeout: 1, hostWait: STANDSTILL });
  expect(sample).toMatchObject({ outcome: 'passed', errors: [] });
  const late = await sampleOf(slow, { timeout: 1 });
  expect(late.sample).toMatchObject({ outcome: 'error', errors: ["no answer within the sample's 1 s"] });
});
