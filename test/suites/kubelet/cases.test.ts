import { afterEach, describe, expect, it, vi } from 'vitest';
import { CASES } from '../../../scripts/suites/kubelet/cases.ts';
import { StaticPod } from '../../../scripts/suites/kubelet/pod.ts';
import { fakeMachine, recordedSink, suiteContext, syntaxErrors } from '../support.ts';

const { signal } = new AbortController();
const MiB = 1024 ** 2;
const CUT = '----repro----';

afterEach(() => vi.restoreAllMocks());

interface Status {
  readonly state: object;
  readonly restartCount?: number;
  readonly ready?: boolean;
}

const RUNNING: Status = { state: { running: {} } };
const ended = (exitCode: number, reason: string): Status => ({ state: { terminated: { exitCode, reason } } });

interface World {
  /** What the kubelet says of the container at each look; the last one stays. Undefined: it gives no answer. */
  readonly looks: readonly (Status | undefined)[];
  readonly log?: string;
  readonly output?: string;
  /** OOM kills in the pod, in the kernel's log. */
  readonly kills?: number;
  /** Daemons that ended: `kubelet`, `containerd`. */
  readonly dead?: string;
  readonly minor?: number;
}

/** Runs a case on a machine whose kubelet says what it is told to. */
async function run(caseId: string, world: World) {
  const looks = [...world.looks];
  let uid = '';
  let manifest: { spec: { containers: object[] } } = { spec: { containers: [] } };
  const machine = fakeMachine((script) => {
    expect(syntaxErrors(script)).toBe('');
    const placed = /printf %s '([^\n]*)' >/.exec(script)?.[1] ?? /printf %s (\$'[^\n]*') >/.exec(script)?.[1];
    if (placed !== undefined) {
      uid = /"uid":"([^"]+)"/.exec(placed)?.[1] ?? '';
      manifest = JSON.parse(placed);
    }
    if (script.startsWith('systemctl is-active repro-')) {
      const gone = script.includes(`repro-${world.dead}.service`);
      return { stdout: `${gone ? 'failed' : 'active'}\nlast words of the daemon\n` };
    }
    if (script.startsWith('busybox wget')) {
      const status = looks.length > 1 ? looks.shift() : looks[0];
      if (status === undefined) return { exitCode: 7 };
      const pods = {
        items: [{ metadata: { uid }, status: { containerStatuses: [{ name: 'app', ...status }] } }],
      };
      return {
        stdout: `${JSON.stringify(pods)}\n${CUT}\n${world.log ?? ''}\n${CUT}\n${world.output ?? ''}`,
      };
    }
    if (script.startsWith('dmesg')) {
      expect(script).toContain(`pod(${uid}|${uid.replaceAll('-', '_')})`);
      return { stdout: `${world.kills ?? 0}\n` };
    }
    return {};
  });
  const sink = recordedSink(`${caseId}#1`);
  const node = {
    driver: 'cgroupfs' as const,
    minor: world.minor ?? 20,
    memoryBytes: 1000 * MiB,
    allocatableBytes: 650 * MiB,
  };
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  // What is waited for is over at once.
  const guest = async () => {
    now += 1_000;
    return undefined as never;
  };
  const context = suiteContext({ guest });
  const pod = new StaticPod({ machine, context, node, sink, signal });
  const params = { memoryLimit: 15 * MiB, allocate: 200 * MiB, cgroup: 'v2' } as const;
  const thrown = await CASES[caseId]?.(pod, sink, params).then(
    () => undefined,
    (error) => error,
  );
  await pod.remove();
  return { sink, thrown, manifest, machine };
}

const SANDBOX_ERROR =
  'failed to "CreatePodSandbox" for "p" with CreatePodSandboxError: "CreatePodSandbox for pod failed: OOM"';

describe('a case passes', () => {
  it.each<[string, World]>([
    ['pod-start', { looks: [{ state: {} }, RUNNING] }],
    ['restart', { looks: [RUNNING, { ...RUNNING, restartCount: 1 }] }],
    ['exec-probe', { looks: [RUNNING, { ...RUNNING, ready: true }] }],
    ['single-container-oom', { looks: [RUNNING, ended(137, 'OOMKilled')] }],
    ['init-container-oom', { looks: [ended(137, 'Error'), ended(137, 'Error'), ended(137, 'OOMKilled')] }],
    ['several-processes-oom', { looks: [RUNNING], output: 'dd ended with 137' }],
    ['several-processes-oom', { looks: [RUNNING, ended(137, 'OOMKilled')], minor: 28 }],
    ['node-allocatable-oom', { looks: [ended(137, 'OOMKilled')] }],
  ])('%s', async (caseId, world) => {
    const { sink, thrown } = await run(caseId, world);
    expect(thrown).toBeUndefined();
    expect(sink.errors).toEqual([]);
    if (caseId.endsWith('-oom')) expect(sink.expected).toContain('dd');
  });
});

describe('a case fails', () => {
  it.each(Object.keys(CASES))('%s: in the words of the runtime, at the first error', async (caseId) => {
    const { sink, thrown } = await run(caseId, { looks: [{ state: {} }], log: SANDBOX_ERROR });
    expect(thrown).toBeUndefined();
    expect(sink.errors).toEqual(['CreatePodSandboxError: CreatePodSandbox for pod failed: OOM']);
  });

  it('when the container ended for another reason', async () => {
    const { sink } = await run('several-processes-oom', { looks: [ended(1, 'Error')], log: SANDBOX_ERROR });
    expect(sink.errors).toHaveLength(1);
  });

  it('when a pod that was up is started again', async () => {
    const { sink } = await run('pod-start', { looks: [RUNNING, { ...RUNNING, restartCount: 1 }] });
    expect(sink.errors).toEqual(['container app should stay up, but: running, 1 restarts']);
  });
});

describe('an OOM kill that containerd missed', () => {
  const looks = [ended(137, 'Error')];

  it('is the kernel’s to tell', async () => {
    const { sink } = await run('single-container-oom', { looks, kills: 1 });
    expect(sink.errors).toEqual([]);
    expect(sink.metrics['oom.unreported']).toEqual({ value: 1, unit: 'events' });
  });

  it('is none where the kernel killed nothing', async () => {
    const { sink } = await run('single-container-oom', { looks, kills: 0 });
    expect(sink.errors).toEqual([
      'container app should be OOMKilled with exit code 137, but: terminated (Error), exit code 137',
    ]);
  });
});

describe('there is no answer', () => {
  it.each(['kubelet', 'containerd'])('when %s ended, whatever the log says', async (dead) => {
    const { sink, thrown } = await run('pod-start', { looks: [{ state: {} }], log: SANDBOX_ERROR, dead });
    expect(thrown).toMatchObject({ code: `${dead}-died` });
    expect(thrown.message).toMatch(/ended: last words of the daemon$/);
    expect(sink.errors).toEqual([]);
    expect(sink.kept[`${dead}-tail.log`]).toContain('last words');
  });

  it('but there is one that comes late, from a node that is out of memory', async () => {
    const { sink, thrown } = await run('pod-start', { looks: [undefined, undefined, RUNNING] });
    expect([thrown, sink.errors]).toEqual([undefined, []]);
  });

  it('when nobody serves the pods', async () => {
    const { thrown } = await run('pod-start', { looks: [undefined] });
    expect(thrown).toMatchObject({ code: 'no-answer' });
  });
});

it('a pod has the limit, no network of its own, and pulls nothing', async () => {
  const { manifest } = await run('pod-start', { looks: [RUNNING] });
  expect(manifest.spec).toMatchObject({ hostNetwork: true, restartPolicy: 'Always' });
  expect(manifest.spec.containers[0]).toMatchObject({
    imagePullPolicy: 'Never',
    resources: { limits: { memory: '15728640' }, requests: { memory: '15728640' } },
  });
});

it('what all pods may have is asked for without a limit, in the cgroup of its class', async () => {
  const { manifest, machine, sink } = await run('node-allocatable-oom', { looks: [ended(137, 'OOMKilled')] });
  expect(manifest.spec.containers[0]).not.toHaveProperty('resources');
  expect(machine.commands.at(-1)).toContain('/kubepods/besteffort/pod');
  expect(sink.metrics['node.allocatable']).toEqual({ value: 650 * MiB, unit: 'bytes' });
});
