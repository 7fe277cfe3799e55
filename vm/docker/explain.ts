/** What an engine's refusals mean, and what a user can do about them. Pure. */
import { MachineError, messageOf } from '../../scripts/lib/errors.ts';

/** What dockerode throws: an answer with a status and a message, or a connection that failed. */
interface EngineFailure {
  readonly statusCode: number | undefined;
  /** Of the connection: `ENOENT`, … */
  readonly code: string | undefined;
  /** In the engine's own words. */
  readonly said: string;
}

function failureOf(error: unknown): EngineFailure {
  const { statusCode, code, json } = (error ?? {}) as Record<string, unknown>;
  const answer = (json ?? {}) as Record<string, unknown>;
  const words = typeof answer.message === 'string' ? answer.message : messageOf(error);
  return {
    statusCode: typeof statusCode === 'number' ? statusCode : undefined,
    code: typeof code === 'string' ? code : undefined,
    said: words.trim().replaceAll(/\s*\n\s*/g, '; '),
  };
}

interface Explanation {
  readonly why: string;
  readonly hint: string;
}

/** No engine answers: why, and what to do. Undefined for what is no matter of the connection. */
function ofConnection({ code }: EngineFailure, socket: string): Explanation | undefined {
  if (code === 'ENOENT') {
    return {
      why: `no Docker Engine listens at ${socket}`,
      hint: 'install it (sudo apt-get install docker.io) or start it (sudo systemctl start docker), or say where it listens: DOCKER_HOST=unix:///path',
    };
  }
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE') {
    return {
      why: `the Docker Engine of ${socket} does not answer`,
      hint: 'start it again: sudo systemctl restart docker; its own words: journalctl -u docker',
    };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      why: `this user may not use ${socket}`,
      hint: 'members of the group docker may (sudo usermod -aG docker $USER, and log in again); they are as good as root',
    };
  }
  return undefined;
}

/** By words of the engine, of runc and of the kernel, that have not changed since Engine 20.10. */
const REFUSALS: readonly (readonly [RegExp, string, string])[] = [
  [
    /no space left on device|disk quota exceeded/i,
    "the disk of the engine's data is full",
    'make room there: docker system df, docker system prune',
  ],
  [
    /unable to apply caps|can't apply capabilities|unable to set capability/i,
    'this host lacks a capability that its machines need',
    'the engine runs with fewer capabilities than it says; a container or a hardened unit may have taken them from it',
  ],
  [
    /unknown capability|invalid CapAdd/i,
    'the engine knows not all capabilities of this kernel',
    'Docker Engine 20.10 or newer is needed',
  ],
  [
    /Requested CPUs are not available/i,
    'this host has fewer CPUs than the machine is to have',
    'ask for fewer: machine: { cpus: 1 }',
  ],
  [
    /cgroup.*(?:not mounted|no such file)|cgroups: cgroup mountpoint does not exist|Devices cgroup isn't mounted/i,
    'the engine finds no cgroups on this host that it could use',
    'mount them: apt-get install cgroupfs-mount, or start systemd',
  ],
  [
    /permission denied|operation not permitted/i,
    'the engine may not do what its machines need',
    'it has to run as root, without a user namespace: rootless engines make no machines',
  ],
  [
    /cannot allocate memory|out of memory/i,
    'this host has too little memory for another container',
    'run fewer cells at a time: --jobs 1',
  ],
];

/** `doing`: what was asked of it, as a part of a sentence: `start a container`. */
export function explainEngine(
  error: unknown,
  { socket, doing }: { readonly socket: string; readonly doing: string },
): MachineError {
  if (error instanceof MachineError) return error;
  const failure = failureOf(error);
  const connection = ofConnection(failure, socket);
  if (connection !== undefined) {
    return new MachineError('provider', connection.why, { hint: connection.hint, cause: error });
  }
  const known = REFUSALS.find(([words]) => words.test(failure.said));
  if (known === undefined) {
    return new MachineError('provider', `the Docker Engine can't ${doing}: ${failure.said}`, {
      cause: error,
    });
  }
  const [, why, hint] = known;
  return new MachineError('provider', `can't ${doing}, for ${why}: ${failure.said}`, { hint, cause: error });
}

/** Whether there is no such thing (any more). */
export const isAbsent = (error: unknown): boolean => failureOf(error).statusCode === 404;

/** Whether it is being removed already. */
export const isConflict = (error: unknown): boolean => failureOf(error).statusCode === 409;
