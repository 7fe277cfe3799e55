/** A client of containerd's CRI API, over gRPC on a unix socket. */
import { join } from 'node:path';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { messageOf, ReproError } from '../../lib/errors.ts';
import { type HostWait, LONGEST_STRETCH, makeLimit } from '../../lib/limit.ts';
import { packageRoot } from '../../lib/paths.ts';
import type { CallName, Calls, VersionResponse } from './messages.ts';

export type CriApi = 'v1' | 'v1alpha2';

/** The runtime answered, and the answer is a refusal: what a sample's error is made of. */
export class RuntimeRefusal extends Error {
  override readonly name = 'RuntimeRefusal';
  readonly call: CallName;
  readonly status: string;

  constructor(call: CallName, code: status, details: string) {
    super(`${call}: ${details}`);
    this.call = call;
    this.status = status[code];
  }
}

/** Codes that tell of the way to the runtime, not of the runtime. */
const NO_ANSWER: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
]);

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of the machine's own time until the call is given up. */
  readonly timeout?: number | undefined;
}

export interface CriClient {
  readonly api: CriApi;
  readonly version: VersionResponse;
  /**
   * One call. Throws RuntimeRefusal for the runtime's own answer, ReproError `no-answer` when there was
   * none (no connection, nothing within the timeout), the abort's reason when `signal` was aborted.
   */
  call<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    options?: CallOptions,
  ): Promise<Calls[Name]['response']>;
  close(): void;
}

/** Milliseconds a call may take when nothing else is said: what a kubelet gives most calls. */
const CALL_TIMEOUT = 120_000;

/** Milliseconds that our own limit has to end a call before gRPC's does. */
const LAST_WORD = 5_000;

const SERVICES = ['RuntimeService', 'ImageService'];

/** Method name -> how it is called in v1. The messages are the same in v1alpha2. */
function loadMethods(): ReadonlyMap<string, MethodDefinition<object, object>> {
  const file = join(packageRoot(), 'scripts/suites/cri/cri.proto');
  const definition = loadSync(file, { longs: Number, enums: String, defaults: true });
  const services = SERVICES.map((name) => definition[`runtime.v1.${name}`]);
  return new Map(services.flatMap((service) => (service === undefined ? [] : Object.entries(service))));
}

/** The client before it is known which version of the API the runtime speaks. */
class Connection {
  private readonly client: Client;
  private readonly methods = loadMethods();
  private readonly wait: HostWait | undefined;

  constructor(socket: string, wait: HostWait | undefined) {
    this.wait = wait;
    this.client = new Client(`unix:${socket}`, credentials.createInsecure(), {
      // A runtime that is starting up should be asked again soon.
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 1_000,
      // A refusal is an answer; asking again would hide it.
      'grpc.enable_retries': 0,
    });
  }

  call<Name extends CallName>(
    api: CriApi,
    name: Name,
    request: Calls[Name]['request'],
    { signal, timeout = CALL_TIMEOUT }: CallOptions = {},
  ): Promise<Calls[Name]['response']> {
    const method = this.methods.get(name);
    if (method === undefined) throw new Error(`cri.proto has no call ${name}`);
    signal?.throwIfAborted();
    const limit = makeLimit(timeout, this.wait, (said) => noAnswer(name, `within ${said}`));
    return new Promise<Calls[Name]['response']>((resolve, reject) => {
      const call = this.client.makeUnaryRequest(
        method.path.replace('/runtime.v1.', `/runtime.${api}.`),
        method.requestSerialize,
        method.responseDeserialize,
        request,
        // The runtime is told, too, when nobody listens any more.
        { deadline: Date.now() + timeout * LONGEST_STRETCH + LAST_WORD },
        (error: ServiceError | null, response?: object) => {
          signal?.removeEventListener('abort', cancel);
          if (error === null) resolve(response as Calls[Name]['response']);
          else if (signal?.aborted) reject(signal.reason);
          else if (limit.signal.aborted) reject(limit.signal.reason);
          else reject(explain(name, error));
        },
      );
      const cancel = () => call.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      limit.signal.addEventListener('abort', cancel, { once: true });
    }).finally(() => limit[Symbol.dispose]());
  }

  close(): void {
    this.client.close();
  }
}

function explain(name: CallName, error: ServiceError): Error {
  if (!NO_ANSWER.has(error.code)) return new RuntimeRefusal(name, error.code, error.details);
  return noAnswer(name, '', error);
}

function noAnswer(name: CallName, how: string, cause?: ServiceError): ReproError {
  return new ReproError('no-answer', `the runtime gave no answer to ${name} ${how}`.trimEnd(), {
    cause,
    hint: cause === undefined ? undefined : `gRPC says: ${messageOf(cause)}`,
  });
}

/** How to connect: limits of the first calls, and for all calls what the host keeps from the machine. */
export interface ConnectOptions extends CallOptions {
  readonly wait?: HostWait | undefined;
}

/**
 * Connects, and settles which version of the API to speak: `auto` takes v1 where the runtime has it.
 * Throws ReproError `cri-version` when the runtime doesn't speak what was asked for, `no-answer` when
 * nobody listens.
 */
export async function connectCri(
  socket: string,
  wanted: CriApi | 'auto',
  options: ConnectOptions = {},
): Promise<CriClient> {
  const connection = new Connection(socket, options.wait);
  const candidates: readonly CriApi[] = wanted === 'auto' ? ['v1', 'v1alpha2'] : [wanted];
  try {
    for (const api of candidates) {
      const version = await connection
        .call(api, 'Version', { version: '0.1.0' }, options)
        .catch(unimplemented);
      if (version === undefined) continue;
      return {
        api,
        version,
        call: (name, request, more) => connection.call(api, name, request, more),
        close: () => connection.close(),
      };
    }
    throw new ReproError('cri-version', `the runtime doesn't speak CRI ${candidates.join(' or ')}`);
  } catch (error) {
    connection.close();
    throw error;
  }
}

function unimplemented(error: unknown): undefined {
  if (error instanceof RuntimeRefusal && error.status === 'UNIMPLEMENTED') return undefined;
  throw error;
}
