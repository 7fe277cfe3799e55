import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { connectCri, RuntimeRefusal } from '../../../scripts/suites/cri/client.ts';
import type { CallName, Calls } from '../../../scripts/suites/cri/messages.ts';
import { STANDSTILL } from '../../vm/support.ts';
import { field, serveWire, type WireAnswer } from './wire.ts';

const VERSION = Buffer.concat([
  field(1, '0.1.0'),
  field(2, 'containerd'),
  field(3, '1.6.20'),
  field(4, 'v1'),
]);
const answering = (answers: Record<string, WireAnswer>) => (method: string) =>
  method === 'Version' ? VERSION : answers[method];

const SANDBOX = {
  metadata: { name: 'pod', uid: 'u-1', namespace: 'default' },
  logDirectory: '/logs',
  dnsConfig: { servers: ['127.0.0.1'] },
  labels: { app: 'x' },
  linux: { cgroupParent: '/kubepods/p', securityContext: { namespaceOptions: { network: 'NODE' } } },
} as const;
const CONTAINER = {
  metadata: { name: 'app', attempt: 2 },
  image: { image: 'busybox' },
  command: ['sleep', '9'],
  labels: { app: 'x' },
  logPath: 'app_2.log',
  linux: {
    resources: { cpuShares: 2, memoryLimitInBytes: 15728640, oomScoreAdj: 993 },
    securityContext: { namespaceOptions: { network: 'NODE' } },
  },
} as const;

/** PodSandboxConfig by CRI's field numbers. */
const SANDBOX_BYTES = [
  field(1, [field(1, 'pod'), field(2, 'u-1'), field(3, 'default')]), // metadata
  field(3, '/logs'), // log_directory
  field(4, [field(1, '127.0.0.1')]), // dns_config.servers
  field(6, [field(1, 'app'), field(2, 'x')]), // labels
  field(8, [field(1, '/kubepods/p'), field(2, [field(1, [field(1, 2)])])]), // linux; network = NODE
];
/** ContainerConfig by CRI's field numbers. */
const CONTAINER_BYTES = [
  field(1, [field(1, 'app'), field(2, 2)]), // metadata: name, attempt
  field(2, [field(1, 'busybox')]), // image
  field(3, 'sleep'), // command, one field each
  field(3, '9'),
  field(9, [field(1, 'app'), field(2, 'x')]), // labels
  field(11, 'app_2.log'), // log_path
  field(15, [
    field(1, [field(3, 2), field(4, 15728640), field(5, 993)]), // cpu_shares, memory_limit_in_bytes, oom_score_adj
    field(2, [field(3, [field(1, 2)])]), // security_context.namespace_options.network
  ]), // linux
];

/** Every call that the suite makes: what it is asked with, the bytes that must be on the wire, an answer's bytes. */
const CALLS: {
  [Name in CallName]?: {
    request: Calls[Name]['request'];
    asked: readonly Buffer[];
    answer: readonly Buffer[];
    response: object;
  };
} = {
  Status: {
    request: {},
    asked: [],
    answer: [field(1, [field(1, [field(1, 'RuntimeReady'), field(2, 1)])])],
    response: { status: { conditions: [{ type: 'RuntimeReady', status: true, reason: '', message: '' }] } },
  },
  RunPodSandbox: {
    request: { config: SANDBOX },
    asked: [field(1, SANDBOX_BYTES)],
    answer: [field(1, 'sandbox')],
    response: { podSandboxId: 'sandbox' },
  },
  StopPodSandbox: {
    request: { podSandboxId: 's' },
    asked: [field(1, 's')],
    answer: [],
    response: {},
  },
  RemovePodSandbox: {
    request: { podSandboxId: 's' },
    asked: [field(1, 's')],
    answer: [],
    response: {},
  },
  PodSandboxStatus: {
    request: { podSandboxId: 's' },
    asked: [field(1, 's')],
    answer: [field(1, [field(1, 's'), field(3, 1)])],
    response: { status: { id: 's', state: 'SANDBOX_NOTREADY' } },
  },
  ListPodSandbox: {
    request: { filter: { labelSelector: { uid: 'u' } } },
    asked: [field(1, [field(3, [field(1, 'uid'), field(2, 'u')])])],
    answer: [field(1, [field(1, 'a')]), field(1, [field(1, 'b')])],
    response: { items: [{ id: 'a' }, { id: 'b' }] },
  },
  CreateContainer: {
    request: { podSandboxId: 's', config: CONTAINER, sandboxConfig: SANDBOX },
    asked: [field(1, 's'), field(2, CONTAINER_BYTES), field(3, SANDBOX_BYTES)],
    answer: [field(1, 'container')],
    response: { containerId: 'container' },
  },
  StartContainer: { request: { containerId: 'c' }, asked: [field(1, 'c')], answer: [], response: {} },
  StopContainer: {
    request: { containerId: 'c', timeout: 3 },
    asked: [field(1, 'c'), field(2, 3)],
    answer: [],
    response: {},
  },
  RemoveContainer: { request: { containerId: 'c' }, asked: [field(1, 'c')], answer: [], response: {} },
  ContainerStatus: {
    request: { containerId: 'c' },
    asked: [field(1, 'c')],
    answer: [
      // id, state, created_at (int64), exit_code, reason, message
      field(1, [
        field(1, 'c'),
        field(3, 2),
        field(4, 1795436547709440),
        field(7, 137),
        field(10, 'OOMKilled'),
        field(11, 'm'),
      ]),
    ],
    response: {
      status: { id: 'c', state: 'CONTAINER_EXITED', exitCode: 137, reason: 'OOMKilled', message: 'm' },
    },
  },
  ExecSync: {
    request: { containerId: 'c', cmd: ['cat', 'x'], timeout: 5 },
    asked: [field(1, 'c'), field(2, 'cat'), field(2, 'x'), field(3, 5)],
    answer: [field(1, Buffer.from([0xff])), field(2, 'err'), field(3, 1)],
    response: { stdout: Buffer.from([0xff]), stderr: Buffer.from('err'), exitCode: 1 },
  },
  ImageStatus: {
    request: { image: { image: 'pause' } },
    asked: [field(1, [field(1, 'pause')])],
    answer: [field(1, [field(1, 'sha256:1')])],
    response: { image: { id: 'sha256:1' } },
  },
};

describe.each(['v1', 'v1alpha2'] as const)('on the wire, %s', (api) => {
  it.each(Object.entries(CALLS))('%s', async (name, { request, asked, answer, response }) => {
    await using server = await serveWire([api], answering({ [name]: Buffer.concat([...answer]) }));
    const client = await connectCri(server.socket, api);
    const got = await client.call(name as 'Status', request as Calls['Status']['request']);
    client.close();
    const service = name === 'ImageStatus' ? 'ImageService' : 'RuntimeService';
    expect(server.calls.at(-1)?.path).toBe(`/runtime.${api}.${service}/${name}`);
    expect(server.calls.at(-1)?.bytes.toString('hex')).toBe(Buffer.concat([...asked]).toString('hex'));
    expect(got).toMatchObject(response);
  });

  it('Version', async () => {
    await using server = await serveWire([api], answering({}));
    const client = await connectCri(server.socket, api);
    client.close();
    expect(client.version).toEqual({
      version: '0.1.0',
      runtimeName: 'containerd',
      runtimeVersion: '1.6.20',
      runtimeApiVersion: 'v1',
    });
    expect(server.calls[0]?.bytes.toString('hex')).toBe(field(1, '0.1.0').toString('hex'));
  });
});

describe('the API version', () => {
  it.each([
    [['v1', 'v1alpha2'], 'v1'],
    [['v1'], 'v1'],
    [['v1alpha2'], 'v1alpha2'],
  ] as const)('auto: a runtime with %j is spoken to in %s', async (served, expected) => {
    await using server = await serveWire(served, answering({}));
    const client = await connectCri(server.socket, 'auto');
    client.close();
    expect(client.api).toBe(expected);
  });

  it('is refused when the runtime does not speak it', async () => {
    await using server = await serveWire(['v1'], answering({}));
    await expect(connectCri(server.socket, 'v1alpha2')).rejects.toMatchObject({
      code: 'cri-version',
      message: "the runtime doesn't speak CRI v1alpha2",
    });
  });
});

describe('what a call throws', () => {
  const call = async (answer: WireAnswer, options: { timeout?: number; signal?: AbortSignal } = {}) => {
    await using server = await serveWire(['v1'], answering({ StartContainer: answer }));
    const client = await connectCri(server.socket, 'v1');
    try {
      return await client.call('StartContainer', { containerId: 'c' }, options);
    } finally {
      client.close();
    }
  };

  it.each([
    status.UNKNOWN,
    status.NOT_FOUND,
    status.INTERNAL,
    status.INVALID_ARGUMENT,
    status.RESOURCE_EXHAUSTED,
  ])("code %d is the runtime's answer, in its own words", async (code) => {
    const details = 'failed to create containerd task: unable to set memory limit to 10485760';
    const error = await call({ code, details }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RuntimeRefusal);
    expect(error.message).toBe(`StartContainer: ${details}`);
  });

  it.each([status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED])(
    'code %d is no answer',
    async (code) => {
      await expect(call({ code, details: 'gone' })).rejects.toMatchObject({ code: 'no-answer' });
    },
  );

  it('nothing within the timeout is no answer', async () => {
    await expect(call(undefined, { timeout: 50 })).rejects.toMatchObject({
      code: 'no-answer',
      message: 'the runtime gave no answer to StartContainer within 0.05 s',
    });
  });

  it('the time that the host keeps from the machine is not counted', async () => {
    await using server = await serveWire(['v1'], answering({}));
    const client = await connectCri(server.socket, 'v1', { wait: STANDSTILL });
    let over = false;
    const pending = client.call('StartContainer', { containerId: 'c' }, { timeout: 1000 }).catch((error) => {
      over = true;
      return error;
    });
    await sleep(1300);
    expect(over).toBe(false);
    client.close();
    await server[Symbol.asyncDispose]();
    expect(await pending).toMatchObject({ code: 'no-answer' });
  });

  it('an abort is its own reason', async () => {
    const reason = new Error('the sample is over');
    const controller = new AbortController();
    const pending = call(undefined, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(pending).rejects.toBe(reason);
    await expect(call(undefined, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('nobody listening is no answer', async () => {
    await expect(connectCri('/no/such/cri.sock', 'auto')).rejects.toMatchObject({ code: 'no-answer' });
  });
});
