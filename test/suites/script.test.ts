import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { environment, environmentName, parseMetrics, wrap } from '../../scripts/suites/script/suite.ts';
import { fakeMachine, localMachine, preparedSuite, recordedSink, runHere, suiteContext } from './support.ts';

const { signal } = new AbortController();
const unique = () => `test-${process.pid}-${Math.random().toString(36).slice(2)}`;

describe('environmentName', () => {
  it.each([
    ['cgroupDriver', 'REPRO_CGROUP_DRIVER'],
    ['runc', 'REPRO_RUNC'],
    ['memoryLimit', 'REPRO_MEMORY_LIMIT'],
    ['page-size', 'REPRO_PAGE_SIZE'],
    ['HTTP2Server', 'REPRO_HTTP2_SERVER'],
  ])('%s is %s', (axis, name) => {
    expect(environmentName(axis)).toBe(name);
  });
});

it('environment has every axis, and what the machine was booted with', () => {
  const { cell } = suiteContext();
  const context = suiteContext({ cell: { ...cell, axes: { pageSize: 4096, zram: true } }, cgroup: 'v1' });
  expect(environment(context)).toEqual({
    REPRO_CGROUP: 'v1',
    REPRO_CGROUP_DRIVER: 'cgroupfs',
    REPRO_PAGE_SIZE: '4096',
    REPRO_ZRAM: 'true',
  });
});

describe('wrap', () => {
  it('runs in an empty folder of its own, which is gone afterwards', () => {
    const text = 'pwd; ls -A; echo "$REPRO_WORD"; echo left >behind';
    const { stdout } = runHere(wrap(unique(), text, { REPRO_WORD: "it's $HOME" }));
    const [folder = '', ...rest] = stdout.trim().split('\n');
    expect(folder).toMatch(/\/work$/);
    expect(rest).toEqual(["it's $HOME"]);
    expect(existsSync(folder)).toBe(false);
  });

  it.each([
    ['exit 7', 7],
    ['cd / && false', 1],
    ['if', 2],
    ['true', 0],
  ])('%s ends with %d and leaves nothing', (text, code) => {
    const id = unique();
    expect(runHere(wrap(id, text, {})).exitCode).toBe(code);
    expect(existsSync(`/var/tmp/repro-script/${id}`)).toBe(false);
  });
});

describe('parseMetrics', () => {
  it('takes the lines that are metrics', () => {
    const stdout = 'hello\nmetric boot.time 812.5 ms\nmetrics are fun\nmetric size -3e3 bytes\n';
    expect(parseMetrics(stdout)).toEqual([
      ['boot.time', { value: 812.5, unit: 'ms' }],
      ['size', { value: -3000, unit: 'bytes' }],
    ]);
  });

  it.each([
    'metric a',
    'metric a 1',
    'metric a one ms',
    'metric a 1 ms more',
    'metric a NaN ms',
    'metric __proto__ 1 ms',
    'metric toString 1 ms',
  ])('refuses %j', (line) => {
    expect(() => parseMetrics(line)).toThrow(`not a metric: '${line}'`);
  });
});

describe('script', () => {
  const runScript = async (run: string) => {
    const sink = recordedSink(`script#${unique()}`);
    await using suite = await preparedSuite('script', localMachine(), { run });
    await suite.take({ caseId: 'script', params: { run }, sink }, signal);
    return sink;
  };

  it('passes with exit code 0, whatever is on stderr', async () => {
    const sink = await runScript('echo noise >&2; echo metric depth 3 layers');
    expect(sink.errors).toEqual([]);
    expect(sink.metrics).toEqual({ depth: { value: 3, unit: 'layers' } });
    expect(sink.kept).toEqual({ 'stdout.txt': 'metric depth 3 layers\n', 'stderr.txt': 'noise\n' });
  });

  it('fails with the last lines of stderr, and keeps its metrics', async () => {
    const sink = await runScript('echo metric depth 3 layers; seq 20 >&2; exit 4');
    expect(sink.errors).toEqual(['11\n12\n13\n14\n15\n16\n17\n18\n19\n20']);
    expect(sink.metrics).toHaveProperty('depth');
  });

  it('fails with its exit code when stderr is empty', async () => {
    expect((await runScript('exit 4')).errors).toEqual(['the script ended with exit code 4']);
  });

  it('keeps the output of a script whose metric is not one', async () => {
    const sink = recordedSink(`script#${unique()}`);
    const params = { run: 'echo metric x' };
    await using suite = await preparedSuite('script', localMachine(), params);
    const run = suite.take({ caseId: 'script', params, sink }, signal);
    await expect(run).rejects.toMatchObject({ code: 'script-metric' });
    expect(sink.kept['stdout.txt']).toBe('metric x\n');
  });

  it('does not begin when its setup fails', async () => {
    const params = { run: 'true', setup: 'echo no room >&2; exit 1' };
    const prepare = preparedSuite('script', localMachine(), params);
    await expect(prepare).rejects.toThrow("the scenario's setup script failed with exit code 1: no room");
  });

  it('needs no setup', async () => {
    const machine = fakeMachine(() => ({}));
    await preparedSuite('script', machine, { run: 'true' });
    expect(machine.commands).toEqual([]);
  });

  it('asks only for the components that the cell names', async () => {
    const machine = fakeMachine(() => ({ stdout: 'kernel.reported:6.12.0\n' }));
    await using suite = await preparedSuite('script', machine, { run: 'true' });
    const components = await suite.inspect(signal);
    expect(components).toEqual({ kernel: { reported: '6.12.0', path: '', sha256: '' } });
    expect(machine.commands[0]).toMatch(/^look runc runc$/m);
    expect(machine.commands[0]).not.toMatch(/^look containerd/m);
  });
});

describe('a script that writes more than is kept', () => {
  const flooded = async (truncated: { stdout: number; stderr: number }) => {
    const machine = fakeMachine(() => ({ stdout: 'metric a 1 ms\n', stderr: 'said', truncated }));
    const sink = recordedSink();
    const params = { run: 'true' };
    await using suite = await preparedSuite('script', machine, params);
    const thrown = await suite.take({ caseId: 'script', params, sink }, signal).then(
      () => undefined,
      (error) => error,
    );
    return { sink, thrown };
  };

  it('to stdout gives no answer, and what was kept is evidence', async () => {
    const { sink, thrown } = await flooded({ stdout: 190_000_000, stderr: 0 });
    expect(thrown).toMatchObject({
      code: 'output-too-large',
      message: expect.stringContaining('190,000,000 bytes more'),
    });
    expect(sink.kept).toEqual({ 'stdout.txt': 'metric a 1 ms\n', 'stderr.txt': 'said' });
    expect(sink.metrics).toEqual({});
  });

  it('to stderr gives one', async () => {
    const { sink, thrown } = await flooded({ stdout: 0, stderr: 190_000_000 });
    expect(thrown).toBeUndefined();
    expect(sink.metrics).toHaveProperty('a');
  });
});
