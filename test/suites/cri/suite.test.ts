import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { MachineError } from '../../../scripts/lib/errors.ts';
import { fakeMachine, preparedSuite, type RecordedSink, recordedSink } from '../support.ts';
import { field, serveWire, WELL, type WireAnswer } from './wire.ts';

const { signal } = new AbortController();
const PARAMS = { memoryLimit: '15Mi', allocate: '200Mi', cri: 'auto' };

/** The bytes of a ContainerStatusResponse. */
const container = (state: number, exitCode = 0, reason = '') =>
  field(1, [field(1, 'c'), field(3, state), field(7, exitCode), field(10, reason)]);
const RUNNING = container(1);

type FakeMachine = ReturnType<typeof fakeMachine>;
type Answers = Record<string, WireAnswer | ((machine: FakeMachine) => WireAnswer)>;

interface Ran {
  readonly sink: RecordedSink;
  /** Calls after `prepare`, in order. */
  readonly calls: readonly string[];
  readonly machine: FakeMachine;
  readonly thrown: unknown;
}

/** Prepares, and runs one sample against a runtime that differs from the good one by `answers`. */
async function run(
  caseId: string,
  answers: Answers,
  guest: (script: string) => string = () => '',
): Promise<Ran> {
  await using server = await serveWire(['v1'], (method) => {
    const answer = answers[method] ?? WELL[method] ?? Buffer.alloc(0);
    return typeof answer === 'function' ? answer(machine) : answer;
  });
  const machine: FakeMachine = fakeMachine((script) => {
    if (script.includes('layer.tar\n'))
      return { stdout: `sha256:${'a'.repeat(64)}\nsize:10\nmachine:x86_64\n` };
    return { stdout: guest(script) };
  }, server.socket);
  const sink = recordedSink(`${caseId}#1`);
  await using suite = await preparedSuite('cri', machine, PARAMS);
  const before = server.calls.length;
  const thrown = await suite.take({ caseId, params: PARAMS, sink }, signal).then(
    () => undefined,
    (error) => error,
  );
  const calls = server.calls.slice(before).map(({ path }) => path.replace(/.*\//, ''));
  return { sink, calls, machine, thrown };
}

const refusal = (details: string): WireAnswer => ({ code: status.UNKNOWN, details });
const PEAK = (script: string) => (script.includes('grep -rHa') ? 'cgroup/memory.peak:3900000\n' : '');

describe('a sample', () => {
  it('goes through the calls of a kubelet, and reports what the pod’s cgroup says', async () => {
    const { sink, calls, machine, thrown } = await run('pod-start', {}, PEAK);
    expect(thrown).toBeUndefined();
    expect(sink.errors).toEqual([]);
    expect(calls).toEqual([
      'RunPodSandbox',
      'CreateContainer',
      'StartContainer',
      'ContainerStatus',
      'PodSandboxStatus',
      'StopContainer',
      'RemoveContainer',
      'ListPodSandbox',
      'StopPodSandbox',
      'RemovePodSandbox',
    ]);
    expect(sink.metrics['memory.peak']).toEqual({ value: 3900000, unit: 'bytes' });
    expect(sink.metrics['pod.start']?.unit).toBe('ms');
    expect(sink.kept).toEqual({ 'pod.txt': 'cgroup/memory.peak:3900000\n' });
    expect(machine.commands.filter((script) => script.includes('/kubepods/burstable/pod'))).toHaveLength(2);
  });

  it('fails in the words of the runtime, reads the cgroup all the same, and cleans up', async () => {
    const text = 'failed to create containerd task: unable to set memory limit to 10485760';
    const { sink, calls, thrown } = await run('pod-start', { RunPodSandbox: refusal(text) }, PEAK);
    expect(thrown).toBeUndefined();
    expect(sink.errors).toEqual([`RunPodSandbox: ${text}`]);
    expect(Object.keys(sink.metrics)).toEqual(['memory.peak']);
    expect(calls).toEqual(['RunPodSandbox', 'ListPodSandbox', 'StopPodSandbox', 'RemovePodSandbox']);
  });

  it('keeps its result when cleaning up goes wrong', async () => {
    const answers = { StartContainer: refusal('no'), ListPodSandbox: refusal('database is locked') };
    const { sink, thrown } = await run('pod-start', answers);
    expect(thrown).toBeUndefined();
    expect(sink.errors).toEqual(['StartContainer: no']);
    expect(sink.kept['cleanup.txt']).toContain('ListPodSandbox: database is locked');
  });
});

describe('the OOM cases', () => {
  const OOM_KILLED = container(2, 137, 'OOMKilled');

  it.each(['single-container-oom', 'init-container-oom'])(
    '%s passes when dd is OOMKilled',
    async (caseId) => {
      const { sink, thrown } = await run(caseId, { ContainerStatus: OOM_KILLED });
      expect(thrown).toBeUndefined();
      expect(sink.errors).toEqual([]);
      expect(sink.expected).toEqual(['dd']);
    },
  );

  it('waits for a reason that comes after the exit', async () => {
    const statuses = [RUNNING, container(2, 137, 'Error'), container(2, 137, 'Error')];
    const answers = { ContainerStatus: () => statuses.shift() ?? OOM_KILLED };
    expect((await run('single-container-oom', answers)).sink.errors).toEqual([]);
  });

  it('fails when the exit code is another', async () => {
    const { sink } = await run('single-container-oom', { ContainerStatus: container(2, 1, 'OOMKilled') });
    expect(sink.errors).toEqual([
      "container oomkill-target-container should be OOMKilled with exit code 137, but: state CONTAINER_EXITED, reason 'OOMKilled', exit code 1",
    ]);
  });

  it('fails when the sandbox went with it', async () => {
    const answers = { ContainerStatus: OOM_KILLED, PodSandboxStatus: field(1, [field(3, 1)]) };
    const { sink } = await run('init-container-oom', answers);
    expect(sink.errors).toEqual(["the pod's sandbox is not ready: its own process has ended"]);
  });
});

describe('exec-probe', () => {
  it('reports how long a probe takes', async () => {
    const { sink, calls } = await run('exec-probe', {});
    expect(sink.errors).toEqual([]);
    expect(sink.metrics['exec.time']?.unit).toBe('ms');
    expect(calls.filter((name) => name === 'ExecSync')).toHaveLength(3);
  });

  it('tells of each probe that failed', async () => {
    const outcomes = [Buffer.alloc(0), Buffer.concat([field(2, 'killed\n'), field(3, 137)])];
    const { sink } = await run('exec-probe', { ExecSync: () => outcomes.shift() ?? Buffer.alloc(0) });
    expect(sink.errors).toEqual(['exec probe 2 of 3: exit code 137: killed']);
  });
});

describe('restart', () => {
  it('starts a second attempt in the same sandbox', async () => {
    const statuses = [container(2, 0, 'Completed')];
    const { sink, calls } = await run('restart', { ContainerStatus: () => statuses.shift() ?? RUNNING });
    expect(sink.errors).toEqual([]);
    expect(calls.filter((name) => name === 'RunPodSandbox')).toHaveLength(1);
    expect(calls.filter((name) => name === 'StartContainer')).toHaveLength(2);
  });
});

describe('no answer', () => {
  const GONE: WireAnswer = { code: status.UNAVAILABLE, details: 'connection reset' };

  it('is not a failure: the sample has none', async () => {
    const { sink, thrown } = await run('pod-start', { StartContainer: GONE }, () => 'active\nall is well\n');
    expect(thrown).toMatchObject({ code: 'no-answer' });
    expect(sink.errors).toEqual([]);
    expect(sink.kept['containerd-tail.log']).toBe('all is well');
  });

  it('is explained by a containerd that ended', async () => {
    const guest = (script: string) => (script.includes('is-active') ? 'failed\nx\npanic: nil map\n' : '');
    const { sink, thrown } = await run('pod-start', { StartContainer: GONE }, guest);
    expect(thrown).toMatchObject({
      code: 'containerd-died',
      message: 'containerd ended: panic: nil map',
    });
    expect(sink.kept['containerd-tail.log']).toBe('x\npanic: nil map');
  });

  it('is explained by a machine that is gone, of which nothing more is asked', async () => {
    const lost = new MachineError('panic', 'the kernel panicked');
    const { thrown, calls } = await run('pod-start', {
      StartContainer: (machine) => {
        machine.lose(lost);
        return GONE;
      },
    });
    expect(thrown).toBe(lost);
    expect(calls.at(-1)).toBe('StartContainer');
  });
});

it('prepare waits until the runtime is ready and knows the images', async () => {
  const slow = [field(1, [field(1, [field(1, 'RuntimeReady'), field(2, 0)])])];
  const none = [Buffer.alloc(0)];
  const answers = {
    Status: () => slow.shift() ?? WELL.Status,
    ImageStatus: () => none.shift() ?? WELL.ImageStatus,
  };
  const { thrown } = await run('exec-probe', answers);
  expect(thrown).toBeUndefined();
  expect(slow).toEqual([]);
  expect(none).toEqual([]);
});
