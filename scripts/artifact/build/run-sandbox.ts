/** Runs a script in the sandbox: makes what it needs on the host, and looks after it. */
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type RunResult, run } from '../../lib/exec.ts';
import { limitsOf, makeGroups, watch, within } from './limits.ts';
import { HIDDEN, type Limits, READ_ONLY, type SandboxRequest, sandboxArgv } from './sandbox.ts';
import { seccompFilter } from './seccomp.ts';
import { currentBuildUser } from './user.ts';

export interface SandboxRun {
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly timeout: number;
  /** By default what the host can spare. */
  readonly limits?: Limits | undefined;
}

/**
 * The script's output. `out` and `shared` become the build's user's; the sources have to be (`handOver`). Throws what
 * `run` throws, and ArtifactError `build-killed` when it takes too much.
 */
export async function runInSandbox(request: SandboxRequest, how: SandboxRun): Promise<RunResult> {
  const { signal, timeout } = how;
  const limits = within(how.limits ?? limitsOf(), await readFile('/proc/self/limits', 'utf8'));
  const user = await currentBuildUser();
  const dir = await mkdtemp(join(dirname(request.out), 'sandbox-'));
  const stop = new AbortController();
  const [filter, pid] = [join(dir, 'seccomp'), join(dir, 'pid')];
  const groups = await makeGroups(limits);
  const watching = watch({ pid, dir: request.out, memory: limits.memory }, (error) => stop.abort(error));
  try {
    await writeFile(filter, seccompFilter());
    if (user.kind === 'own')
      for (const one of [request.out, request.shared]) await chown(one, user.id, user.id);
    const host = { user, filter, pid, limits, hidden: hidden(), cgroups: groups.dirs };
    const ends = AbortSignal.any([signal, stop.signal]);
    return await run(sandboxArgv(request, host), { signal: ends, timeout });
  } finally {
    watching[Symbol.dispose]();
    await groups[Symbol.asyncDispose]();
    await rm(dir, { recursive: true, force: true });
    // A user has no way around the modes that a build gave its folders.
    if (user.kind === 'mapped') for (const one of [request.out, request.source]) await open(one);
  }
}

/** Gives a source tree to the build's user, if that is another: what is root's in it. */
export async function handOver(dir: string, signal: AbortSignal): Promise<void> {
  const { kind, id } = await currentBuildUser();
  if (kind !== 'own') return;
  const argv = ['chown', '--recursive', '--no-dereference', '--from=0', `${id}:${id}`, '--', dir];
  await run(argv, { signal });
}

/** Makes all folders in one that are there be read and removed by their owner. */
async function open(dir: string): Promise<void> {
  const closed = ['-type', 'd', '!', '-perm', '-u=rwx', '-exec', 'chmod', 'u+rwx', '{}', ';'];
  await run(['find', dir, ...closed], { okCodes: [0, 1] });
}

/** What this kernel's /proc has of what a build doesn't get as it is. */
function hidden(): string[] {
  return [...Object.keys(HIDDEN), ...READ_ONLY].filter((path) => existsSync(path));
}
