/** What the kubelet says of a pod: its status, and the errors in its log. Pure. */

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

interface StateJson {
  waiting?: { reason?: string; message?: string };
  running?: object;
  terminated?: { reason?: string; message?: string; exitCode?: number };
}

interface StatusJson {
  name: string;
  state?: StateJson;
  lastState?: StateJson;
  ready?: boolean;
  restartCount?: number;
}

interface PodListJson {
  items?:
    | readonly {
        metadata?: { uid?: string };
        status?: {
          phase?: string;
          initContainerStatuses?: readonly StatusJson[];
          containerStatuses?: readonly StatusJson[];
        };
      }[]
    | null;
}

/** The pod of that UID in the kubelet's `/pods`; undefined when the kubelet doesn't know it. Throws SyntaxError. */
export function podStatus(json: string, uid: string): PodStatus | undefined {
  const list: PodListJson = JSON.parse(json);
  const pod = list.items?.find(({ metadata }) => metadata?.uid === uid);
  if (pod === undefined) return undefined;
  const { phase = 'Pending', initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return { phase, containers: [...initContainerStatuses, ...containerStatuses].map(containerStatus) };
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
    const { reason = '', message = '', exitCode } = one as NonNullable<StateJson['terminated']>;
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
