/**
 * A CRI server that sees the bytes on the wire, and the protobuf wire format written by hand: what the tests
 * expect comes from CRI's field numbers, not from `cri.proto`.
 */
import { mkdtempSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { Server, ServerCredentials, type ServiceError, type status } from '@grpc/grpc-js';

/** Bytes of an unsigned varint. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** One field: a number as wire type 0, a text, bytes or a message (a list of fields) as wire type 2. */
export function field(number: number, value: number | string | Buffer | readonly Buffer[]): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
  const body =
    typeof value === 'string'
      ? Buffer.from(value)
      : Buffer.isBuffer(value)
        ? value
        : Buffer.concat([...value]);
  return Buffer.concat([varint((number << 3) | 2), varint(body.length), body]);
}

export interface WireCall {
  /** `/runtime.v1.RuntimeService/Version`. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** An answer in bytes, a refusal, or `undefined` to leave the call unanswered. */
export type WireAnswer = Buffer | { readonly code: status; readonly details: string } | undefined;

/** A runtime in which everything goes well. */
export const WELL: Record<string, WireAnswer> = {
  Version: Buffer.concat([field(1, '0.1.0'), field(2, 'containerd')]),
  Status: field(1, [field(1, [field(1, 'RuntimeReady'), field(2, 1)])]),
  ImageStatus: field(1, [field(1, 'sha256:1')]),
  RunPodSandbox: field(1, 's'),
  PodSandboxStatus: field(1, [field(1, 's'), field(3, 0)]),
  ListPodSandbox: field(1, [field(1, 's')]),
  CreateContainer: field(1, 'c'),
  ContainerStatus: field(1, [field(1, 'c'), field(3, 1), field(7, 0), field(10, '')]),
  ExecSync: Buffer.alloc(0),
};

const METHODS: Readonly<Record<string, readonly string[]>> = {
  RuntimeService: [
    'Version',
    'Status',
    'RunPodSandbox',
    'StopPodSandbox',
    'RemovePodSandbox',
    'PodSandboxStatus',
    'ListPodSandbox',
    'CreateContainer',
    'StartContainer',
    'StopContainer',
    'RemoveContainer',
    'ContainerStatus',
    'ExecSync',
  ],
  ImageService: ['ImageStatus'],
};

export interface WireServer extends AsyncDisposable {
  readonly socket: string;
  readonly calls: readonly WireCall[];
  /** How many connections to it there are. */
  readonly connections: () => number;
}

/** Serves the API versions given; other versions are unimplemented, as gRPC has it. */
export async function serveWire(
  apis: readonly ('v1' | 'v1alpha2')[],
  answer: (method: string, bytes: Buffer) => WireAnswer,
): Promise<WireServer> {
  const server = new Server();
  const calls: WireCall[] = [];
  const same = (bytes: Buffer) => bytes;
  for (const api of apis) {
    for (const [service, methods] of Object.entries(METHODS)) {
      const definition = methods.map((method) => {
        const path = `/runtime.${api}.${service}/${method}`;
        return [
          method,
          {
            path,
            requestStream: false,
            responseStream: false,
            requestSerialize: same,
            requestDeserialize: same,
            responseSerialize: same,
            responseDeserialize: same,
          },
        ] as const;
      });
      const handlers = definition.map(([method, { path }]) => {
        const handler = (
          call: { request: Buffer },
          callback: (error: Partial<ServiceError> | null, value?: Buffer) => void,
        ) => {
          calls.push({ path, bytes: call.request });
          const said = answer(method, call.request);
          if (Buffer.isBuffer(said)) callback(null, said);
          else if (said !== undefined) callback(said);
        };
        return [method, handler] as const;
      });
      server.addService(Object.fromEntries(definition), Object.fromEntries(handlers));
    }
  }
  const dir = mkdtempSync(join(tmpdir(), 'repro-'));
  const [socket, behind] = [join(dir, 'cri.sock'), join(dir, 'behind.sock')];
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${behind}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  const open = new Set<Socket>();
  const door = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    const inside = connect(behind);
    pipeline(client, inside, client, () => undefined);
  });
  await new Promise<void>((resolve) => door.listen(socket, resolve));
  return {
    socket,
    calls,
    connections: () => open.size,
    async [Symbol.asyncDispose]() {
      for (const client of open) client.destroy();
      door.close();
      server.forceShutdown();
    },
  };
}
