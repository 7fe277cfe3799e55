/** What the kubelet says of a pod: its status, and the errors in its log. Pure. */
import { z } from 'zod';
import { messageOf, ReproError } from '../../lib/errors.ts';

export interface ContainerState {
  readonly kind: 'waiting' | 'running' | 'terminated';
  /** `OOMKilled`, `Completed`, `CrashLoopBackOff`, …; empty while it runs. */
  readonly reason: string;
  /** Of a container that ended. */
  readonly exitCode: number | undefined;
  readonly message: string;
}

export interface KubeletContainer {
  readonly name: string;
  readonly state: ContainerState;
  /** How it ended the last time. */
  readonly last: ContainerState | undefined;
  readonly ready: boolean;
  readonly restarts: number;
}

export interface PodStatus {
  /** `Pending`, `Running`, `Succeeded`, `Failed`. */
  readonly phase: string;
  /** Init containers first. */
  readonly containers: readonly KubeletContainer[];
}

const endSchema = z.object({
  reason: z.string().optional(),
  message: z.string().optional(),
  exitCode: z.number().optional(),
});

const stateSchema = z.object({
  waiting: endSchema.optional(),
  running: endSchema.optional(),
  terminated: endSchema.optional(),
});
type StateJson = z.infer<typeof stateSchema>;

const statusSchema = z.object({
  name: z.string(),
  state: stateSchema.optional(),
  lastState: stateSchema.optional(),
  ready: z.boolean().optional(),
  restartCount: z.number().optional(),
});
type StatusJson = z.infer<typeof statusSchema>;

const listSchema = z.object({
  items: z
    .array(
      z.object({
        metadata: z.object({ uid: z.string().optional() }).optional(),
        status: z
          .object({
            phase: z.string().optional(),
            initContainerStatuses: z.array(statusSchema).optional(),
            containerStatuses: z.array(statusSchema).optional(),
          })
          .optional(),
      }),
    )
    .nullish(),
});

/**
 * The pod of that UID in the kubelet's `/pods`; undefined when the kubelet doesn't know it. Throws ReproError
 * `no-answer` for what is no list of pods.
 */
export function podStatus(json: string, uid: string): PodStatus | undefined {
  const list = listOf(json);
  const pod = list.items?.find(({ metadata }) => metadata?.uid === uid);
  if (pod === undefined) return undefined;
  const { phase = 'Pending', initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return { phase, containers: [...initContainerStatuses, ...containerStatuses].map(containerStatus) };
}

function listOf(json: string): z.infer<typeof listSchema> {
  try {
    return listSchema.parse(JSON.parse(json));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new ReproError('no-answer', `the kubelet's answer is not a list of pods: ${why}`, { cause: error });
  }
}

function containerStatus({ name, state, lastState, ready, restartCount }: StatusJson): KubeletContainer {
  return {
    name,
    state: containerState(state) ?? { kind: 'waiting', reason: '', exitCode: undefined, message: '' },
    last: containerState(lastState),
    ready: ready ?? false,
    restarts: restartCount ?? 0,
  };
}

function containerState(state: StateJson | undefined): ContainerState | undefined {
  for (const kind of ['running', 'terminated', 'waiting'] as const) {
    const one = state?.[kind];
    if (one === undefined) continue;
    const { reason = '', message = '', exitCode } = one;
    return { kind, reason, message, exitCode };
  }
  return undefined;
}

/** `failed to "CreatePodSandbox" for "<pod>" with CreatePodSandboxError: "<text>"`, Go's `%q` around each. */
const FAILURE = /failed to "\w+" for "[^"]*" with (\w+Error): ("(?:[^"\\]|\\.)*")/;
/** Structured lines (since 1.21) quote the whole error once more. */
const STRUCTURED = / err=("(?:[^"\\]|\\.)*")/;

/**
 * The errors of pods and containers in lines of the kubelet's log, each once and in order, as
 * `CreatePodSandboxError: <text>`. That a container is not started again at once is no error.
 */
export function kubeletErrors(log: string): string[] {
  const errors = log.split('\n').flatMap((line) => {
    const structured = STRUCTURED.exec(line)?.[1];
    const match = FAILURE.exec(structured === undefined ? line : unquote(structured));
    return match === null ? [] : [`${match[1]}: ${unquote(match[2] ?? '')}`];
  });
  return [...new Set(errors)];
}

/** A Go string literal as the text it stands for; as it is where it has escapes that JSON doesn't know. */
function unquote(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal.slice(1, -1);
  }
}

export function describeContainer({ state, last, restarts }: KubeletContainer): string {
  const parts = [
    `${state.kind}${state.reason === '' ? '' : ` (${state.reason})`}`,
    state.exitCode === undefined ? '' : `exit code ${state.exitCode}`,
    last?.reason === undefined ? '' : `before that ${last.reason}, exit code ${last.exitCode}`,
    restarts === 0 ? '' : `${restarts} restarts`,
    state.message,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
