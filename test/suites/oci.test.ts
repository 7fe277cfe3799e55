import { describe, expect, it } from 'vitest';
import { fakeMachine, preparedSuite, recordedSink } from './support.ts';

const { signal } = new AbortController();
const STARTED = {
  begin: '1000000000',
  end: '1600000000',
  'create.code': '0',
  'start.code': '0',
  settled: 'sleep',
  'memory.peak': '9437184',
};

/** What the guest's script prints for containers and their files. */
function printed(containers: Record<string, Record<string, string>>): string {
  const lines = Object.entries(containers).flatMap(([id, files]) =>
    Object.entries(files).flatMap(([name, text]) => text.split('\n').map((line) => `${id}/${name}:${line}`)),
  );
  return `${lines.join('\n')}\n`;
}

async function run(caseId: string, containers: Record<string, Record<string, string>>) {
  const sink = recordedSink(`${caseId}#1`);
  const machine = fakeMachine(() => ({ stdout: printed(containers) }));
  const params = { memoryLimit: '15Mi', count: 2 };
  await using suite = await preparedSuite('oci', machine, params);
  machine.commands.length = 0;
  await suite.take({ caseId, params, sink }, signal);
  return { sink, machine };
}

describe('start', () => {
  it('reports the peak and the time of a container that runs', async () => {
    const { sink, machine } = await run('start', { 'start-1': STARTED });
    expect(sink.errors).toEqual([]);
    expect(sink.metrics).toEqual({
      'memory.peak': { value: 9437184, unit: 'bytes' },
      'start.time': { value: 600, unit: 'ms' },
    });
    expect(machine.commands).toHaveLength(1);
    expect(machine.commands[0]).toContain('"limit":15728640');
    expect(sink.kept['runc.txt']).toContain('start-1/memory.peak:9437184');
  });

  it('fails in the words of runc, and has no time', async () => {
    const files = {
      begin: '1',
      'create.code': '1',
      'create.err': 'time="t" level=error msg="runc create failed: container init was OOM-killed"',
      'memory.events': 'oom 1\noom_kill 1',
    };
    const { sink } = await run('start', { 'start-1': files });
    expect(sink.errors).toEqual(['runc create failed: container init was OOM-killed']);
    expect(Object.keys(sink.metrics)).toEqual(['memory.events.oom', 'memory.events.oom_kill']);
  });

  it('has no answer when the script said nothing', async () => {
    await expect(run('start', {})).rejects.toMatchObject({ code: 'provider' });
  });
});

describe('start-many', () => {
  it('counts from the first begin to the last end, and takes the highest peak', async () => {
    const { sink } = await run('start-many', {
      'start-many-1-1': { ...STARTED, begin: '1100000000', end: '2000000000' },
      'start-many-1-2': { ...STARTED, 'memory.peak': '3000000' },
    });
    expect(sink.metrics['start.time']).toEqual({ value: 1000, unit: 'ms' });
    expect(sink.metrics['memory.peak']?.value).toBe(9437184);
  });

  it('says which one failed', async () => {
    const { sink } = await run('start-many', {
      'start-many-1-1': STARTED,
      'start-many-1-2': { ...STARTED, settled: '' },
    });
    expect(sink.errors).toEqual(["start-many-1-2: the container's process was gone right after runc start"]);
  });
});

describe('exec', () => {
  const EXECUTED = { ...STARTED, 'exec.code': '0', 'exec.begin': '2000000000', 'exec.end': '2050000000' };

  it('reports the exec, not the start', async () => {
    const { sink } = await run('exec', { 'exec-1': EXECUTED });
    expect(sink.errors).toEqual([]);
    expect(sink.metrics).toEqual({
      'memory.peak': { value: 9437184, unit: 'bytes' },
      'exec.time': { value: 50, unit: 'ms' },
    });
  });

  it('fails when the exec does', async () => {
    const { sink } = await run('exec', { 'exec-1': { ...EXECUTED, 'exec.code': '255', 'exec.err': 'no' } });
    expect(sink.errors).toEqual(['no']);
  });

  it('fails when the container does not start, and has no metric of a start', async () => {
    const { sink } = await run('exec', { 'exec-1': { 'create.code': '1', 'memory.peak': '5' } });
    expect(sink.errors).toEqual(['runc create ended with exit code 1 and said nothing']);
    expect(sink.metrics).toEqual({});
  });

  it('has no answer when the limit could not be set', async () => {
    const files = { ...STARTED, 'limit.err': 'echo: I/O error' };
    await expect(run('exec', { 'exec-1': files })).rejects.toThrow('could not be set: echo: I/O error');
  });
});
