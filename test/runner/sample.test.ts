import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { KernelLog } from '../../scripts/evidence/collect.ts';
import { InterruptedError, MachineError } from '../../scripts/lib/errors.ts';
import type { HostWait } from '../../scripts/lib/limit.ts';
import { runSample } from '../../scripts/runner/sample.ts';
import { Startable } from '../../scripts/runner/startable.ts';
import type { SampleRun } from '../../scripts/suites/suite.ts';
import type { WrittenParams } from '../../scripts/suites/typed.ts';
import { judgeSample } from '../../scripts/verdict/judge.ts';
import type { Machine } from '../../vm/machine.ts';
import { FakeKernelLog, fakeMachine, testCell } from '../suites/support.ts';
import { STANDSTILL, temporaryDir } from '../vm/support.ts';

const { signal } = new AbortController();

/** What a suite's sample does, on its machine. */
type Take = (
  sample: SampleRun<WrittenParams> & { readonly machine: Machine },
  signal: AbortSignal,
) => Promise<void>;

interface SampleOptions {
  readonly versions?: string;
  readonly signal?: AbortSignal;
  readonly hostWait?: HostWait;
  readonly timeout?: number;
  readonly host?: Machine['host'];
  readonly followLog?: Machine['followLog'];
}

async function sampleOf(take: Take, options: SampleOptions = {}) {
  const fake = fakeMachine((text) => ({
    stdout: text.startsWith('bash') ? (options.versions ?? '') : '',
  }));
  const { hostWait, host, followLog = fake.followLog } = options;
  const machine: Machine = { ...fake, followLog, ...(hostWait && { hostWait }), ...(host && { host }) };
  const order = {
    prepared: {
      take: (sample: SampleRun<WrittenParams>, limited: AbortSignal) => take({ ...sample, machine }, limited),
      inspect: async () => ({}),
      [Symbol.asyncDispose]: async () => undefined,
    },
    timeout: options.timeout ?? testCell.timeout,
    cellParams: {},
    machine,
    log: new KernelLog(machine),
    startable: new Startable(machine, ['runc']),
    caseId: 'start',
    index: 1,
    runDir: await temporaryDir(),
    cellDir: 'cells/x',
  };
  return runSample(order, options.signal ?? signal);
}

/** What the kernel of the machine that a suite runs on says. */
function kernelOf(machine: Machine): FakeKernelLog {
  if (!('kernelLog' in machine) || !(machine.kernelLog instanceof FakeKernelLog))
    throw new Error('not a fake');
  return machine.kernelLog;
}

it('an OOM kill that the case provokes is marked, any other is not', async () => {
  const dmesg = readFileSync(new URL('../fixtures/kernel-log/6.12-v2-own-kill.txt', import.meta.url), 'utf8');
  const kills = async (...expected: string[]) => {
    const { sample } = await sampleOf(async ({ machine, sink }) => {
      kernelOf(machine).says(dmesg);
      sink.expectOomKills(...expected);
    });
    expect(sample.incomplete).toBeUndefined();
    return sample.oomKills;
  };
  const [victim] = await kills();
  expect(victim).toMatchObject({ expected: false });
  expect((await kills(victim?.process ?? ''))[0]).toMatchObject({ expected: true });
});

it('a sample says when the kernel log of its time is not whole', async () => {
  const { sample } = await sampleOf(async ({ machine }) => {
    kernelOf(machine).says('one');
    kernelOf(machine).loses(7);
    kernelOf(machine).says('two');
  });
  expect(sample).toMatchObject({
    outcome: 'passed',
    incomplete: expect.stringContaining('a gap of 7 records'),
  });
});

it('a sample whose kernel log cannot be read is not judged, and says why', async () => {
  // As on a host that doesn't let a container read its log.
  const why = 'the machine stopped giving its kernel log: the kernel log cannot be read';
  const catchUp = () => Promise.reject(new MachineError('provider', why));
  const { sample } = await sampleOf(async () => {}, { followLog: () => ({ catchUp }) });
  expect(judgeSample({ oomKill: {} }, sample)).toMatchObject({ judged: 'unjudged', because: why });
});

it('a case that failed with a program that cannot be started has no answer', async () => {
  const said =
    '/usr/sbin/runc: error while loading shared libraries: libx.so.2: cannot open shared object file: No such file';
  const failing: Take = async ({ sink }) => sink.error('exit code 127');
  const { sample, failure } = await sampleOf(failing, { versions: `127 /usr/sbin/runc\n${said}\0` });
  expect(failure).toMatchObject({ code: 'cannot-start' });
  expect(sample).toMatchObject({
    outcome: 'error',
    errors: [`/usr/sbin/runc can't start: ${said}; the machine has no libx.so.2`],
  });
  const started = await sampleOf(failing, { versions: '1 /usr/sbin/runc\nunknown flag --version\0' });
  expect(started.sample).toMatchObject({ outcome: 'failed', errors: ['exit code 127'] });
});

it('what a case found before it threw is kept', async () => {
  const { sample, failure } = await sampleOf(async ({ sink }) => {
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
  const hang: Take = () => new Promise(() => undefined);
  const { sample } = await sampleOf(hang, { signal: AbortSignal.abort(new InterruptedError('stopped')) });
  expect(sample).toMatchObject({ outcome: 'error', errors: ['stopped'] });
});

it('its time is that which the machine gets', async () => {
  const slow: Take = ({ sink }) => sleep(1200).then(() => sink.metric('slow', { value: 1, unit: 'ms' }));
  const { sample } = await sampleOf(slow, { timeout: 1, hostWait: STANDSTILL });
  expect(sample).toMatchObject({ outcome: 'passed', errors: [] });
  const late = await sampleOf(slow, { timeout: 1 });
  expect(late.sample).toMatchObject({ outcome: 'error', errors: ["no answer within the sample's 1 s"] });
});

it('what a case says stays small, however much it is', async () => {
  const { sample } = await sampleOf(async ({ sink }) => {
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
  const stalled = { cpu: undefined, memory: undefined };
  const moment = { running: 9, ticks: undefined, stalled, wall: 0, monotonic: 0 };
  const { sample } = await sampleOf(async () => undefined, { host: () => moment });
  expect(sample.host).toMatchObject({ load: expect.any(Number), clockStepMs: 0 });
  expect((await sampleOf(async () => undefined)).sample).not.toHaveProperty('host');
});
