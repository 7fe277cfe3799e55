import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { latencyScript } from '../../scripts/suites/start-latency/script.ts';
import { parseStarts } from '../../scripts/suites/start-latency/times.ts';
import { fakeMachine, preparedSuite, recordedSink, runHere, syntaxErrors } from './support.ts';

const { signal } = new AbortController();
const dir = mkdtempSync(join(tmpdir(), 'repro-test-latency-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const params = { count: 3, warmup: 1, memoryLimit: '100Mi' };

describe('what the guest says', () => {
  it('is the time of each start, and of all', () => {
    expect(parseStarts('time 1000000 1500000\ntime 1600000 1700000\n')).toEqual({
      each: [500, 100],
      total: 700,
      errors: [],
    });
  });

  it('or why one failed', () => {
    const said = 'failed 1 time="x" level=error msg="runc run failed: unable to set memory limit" ';
    expect(parseStarts(said).errors).toEqual(['runc run failed: unable to set memory limit']);
    expect(parseStarts('failed 137 ').errors).toEqual(['runc run ended with exit code 137 and said nothing']);
    expect(parseStarts('')).toEqual({ each: [], total: 0, errors: [] });
  });

  it('of as many starts as somebody likes to print', () => {
    expect(parseStarts('time 1000 3000\n'.repeat(200_000))).toMatchObject({ total: 2 });
  });
});

describe('the script', () => {
  const script = (concurrent: boolean, warmup = 1) =>
    latencyScript({
      slug: 'sequential-1',
      count: 3,
      warmup,
      concurrent,
      cgroup: 'v2',
      driver: 'systemd',
      memoryLimit: 1024 ** 2,
    }).replaceAll('/run/repro/start-latency', join(dir, 'work'));

  /** With a runc that does this. */
  const withRunc = (text: string, runc: string) => {
    writeFileSync(join(dir, 'runc'), `#!/bin/sh\n${runc}\n`, { mode: 0o755 });
    return runHere(text, { PATH: `${dir}:${process.env.PATH}` });
  };

  it.each([true, false])('can be read by a shell, concurrent: %s', (concurrent) => {
    expect(syntaxErrors(script(concurrent))).toBe('');
  });

  it.each([
    [true, 1],
    [false, 1],
    [false, 0],
  ])(
    'times as many starts as are asked for, the first ones apart (concurrent: %s, %i)',
    (concurrent, warmup) => {
      const { stdout } = withRunc(script(concurrent, warmup), 'sleep 0.01');
      expect(parseStarts(stdout).each).toHaveLength(3);
      expect(Math.min(...parseStarts(stdout).each)).toBeGreaterThanOrEqual(10);
    },
  );

  it('tells of failures in the words of runc', () => {
    const { stdout } = withRunc(script(false), 'echo no >&2; exit 3');
    expect(parseStarts(stdout)).toMatchObject({ each: [], errors: ['no', 'no', 'no'] });
  });
});

describe('a sample', () => {
  const run = async (stdout: string) => {
    const sink = recordedSink('sequential#1');
    const machine = fakeMachine(() => ({ stdout }));
    await using suite = await preparedSuite('start-latency', machine, params);
    const thrown = await suite.take({ caseId: 'sequential', params, sink }, signal).then(
      () => undefined,
      (error) => error,
    );
    return { sink, thrown };
  };

  it('has the time of all, and percentiles', async () => {
    const { sink } = await run('time 0 1000\ntime 1000 3000\ntime 3000 6000\n');
    expect(sink.metrics).toEqual({
      'start.total': { value: 6, unit: 'ms' },
      'start.p50': { value: 2, unit: 'ms' },
      'start.p90': { value: 2.8, unit: 'ms' },
      'start.p99': { value: 2.98, unit: 'ms' },
    });
    expect(sink.errors).toEqual([]);
  });

  it('in which a start failed has no time', async () => {
    const { sink } = await run('time 0 1000\nfailed 1 no\n');
    expect(sink.errors).toEqual(['no']);
    expect(sink.metrics).toEqual({});
  });

  it('of which nothing is heard is no answer', async () => {
    expect((await run('')).thrown).toMatchObject({ code: 'guest-script' });
  });
});
