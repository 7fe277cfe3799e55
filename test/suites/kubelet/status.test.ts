import { describe, expect, it } from 'vitest';
import { ReproError } from '../../../scripts/lib/errors.ts';
import { describeContainer, kubeletErrors, podStatus } from '../../../scripts/suites/kubelet/status.ts';

describe('the status of a pod', () => {
  const json = JSON.stringify({
    kind: 'PodList',
    items: [
      { metadata: { uid: 'other' }, status: { phase: 'Running' } },
      {
        metadata: { uid: 'u-1' },
        status: {
          phase: 'Pending',
          initContainerStatuses: [
            {
              name: 'init',
              state: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
              lastState: {},
              ready: false,
              restartCount: 0,
            },
          ],
          containerStatuses: [
            {
              name: 'app',
              state: { running: { startedAt: '2026-11-26T12:45:27Z' } },
              lastState: { terminated: { exitCode: 1, reason: 'Error' } },
              ready: true,
              restartCount: 2,
            },
            { name: 'new', state: { waiting: { reason: 'PodInitializing', message: 'soon' } } },
          ],
        },
      },
    ],
  });

  it('is that of its UID, init containers first', () => {
    const pod = podStatus(json, 'u-1');
    expect(pod?.phase).toBe('Pending');
    expect(pod?.containers.map(describeContainer)).toEqual([
      'terminated (OOMKilled), exit code 137',
      'running, before that Error, exit code 1, 2 restarts',
      'waiting (PodInitializing), soon',
    ]);
    expect(pod?.containers[1]).toMatchObject({ name: 'app', ready: true, restarts: 2 });
  });

  it.each(['{"items":null}', '{"kind":"PodList"}', json])('may not be there', (text) => {
    expect(podStatus(text, 'u-2')).toBeUndefined();
  });

  it.each([
    '',
    '{',
    'null',
    '{"items":[null]}',
    '{"items":[{"metadata":{"uid":"u"},"status":{"containerStatuses":7}}]}',
  ])('is not told by %j', (text) => {
    expect(() => podStatus(text, 'u')).toThrow(ReproError);
    expect(() => podStatus(text, 'u')).toThrow("the kubelet's answer is not a list of pods");
  });
});

describe('errors in the log', () => {
  // As kubelet 1.20.2 wrote it.
  const PLAIN = String.raw`E1126 12:43:57.342762     257 pod_workers.go:191] Error syncing pod e2a22f58 ("restart-1-repro_default(e2a22f58)"), skipping: failed to "CreatePodSandbox" for "restart-1-repro_default(e2a22f58)" with CreatePodSandboxError: "CreatePodSandbox for pod \"restart-1-repro_default(e2a22f58)\" failed: rpc error: code = Unknown desc = failed to start sandbox container task \"cbc6\": cannot start a stopped process: unknown"`;
  // The shape of structured logs, 1.21 and later.
  const STRUCTURED = String.raw`E0101 00:00:00.000000 1 pod_workers.go:965] "Error syncing pod, skipping" err="failed to \"StartContainer\" for \"app\" with RunContainerError: \"failed to create containerd task: OCI runtime create failed: \\\"x\\\"\"" pod="default/p" podUID="u"`;
  const BACK_OFF = `E1126 12:43:57.342762 257 pod_workers.go:191] Error syncing pod u ("p_default(u)"), skipping: failed to "StartContainer" for "app" with CrashLoopBackOff: "back-off 10s restarting failed container=app"`;

  it('are told in the words of the runtime, once each', () => {
    expect(kubeletErrors([PLAIN, 'I1126 nothing', PLAIN].join('\n'))).toEqual([
      'CreatePodSandboxError: CreatePodSandbox for pod "restart-1-repro_default(e2a22f58)" failed: rpc error: code = Unknown desc = failed to start sandbox container task "cbc6": cannot start a stopped process: unknown',
    ]);
  });

  it('are found in structured lines', () => {
    expect(kubeletErrors(STRUCTURED)).toEqual([
      'RunContainerError: failed to create containerd task: OCI runtime create failed: "x"',
    ]);
  });

  it('a container that waits for its next start is none', () => {
    expect(kubeletErrors(BACK_OFF)).toEqual([]);
    expect(kubeletErrors('')).toEqual([]);
  });
});
