/** What a build may take of the host: by control groups where they can be had, else by looking at it. */
import { mkdir, readdir, readFile, rmdir, statfs, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from '../../lib/claims.ts';
import { ArtifactError } from '../../lib/errors.ts';
import { ownerState, thisOwner } from '../../lib/owner.ts';
import type { Limits } from './sandbox.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** A build of Kubernetes takes some 4 GiB with two cores, and more with more of them. */
export function limitsOf(memory = totalmem(), cores = cpus().length): Limits {
  return {
    memory: Math.max(Math.floor(memory * 0.75), GIB),
    processes: 1024 + 256 * cores,
    file: 8 * GIB,
    temporary: Math.max(Math.floor(memory / 4), 256 * MIB),
    output: 64 * MIB,
  };
}

/** The same, no higher than what this process may have itself. `own`: the text of /proc/self/limits, proc(5). */
export function within(limits: Limits, own: string): Limits {
  const hard = (name: string, wanted: number) => {
    const [, most] = new RegExp(`^${name}\\s+\\S+\\s+(\\d+)\\s`, 'm').exec(own) ?? [];
    return most === undefined ? wanted : Math.min(wanted, Number(most));
  };
  return {
    ...limits,
    memory: hard('Max data size', limits.memory),
    processes: hard('Max processes', limits.processes),
    file: hard('Max file size', limits.file),
  };
}

const NAME = 'repro-build-';
const GROUP = /^repro-build-(\d+)-(\w+)-\d+$/;
const ROOT = '/sys/fs/cgroup';

/** Where groups may be made: cgroup v2, and of v1 the controllers that we use. */
const hierarchies = (root: string) => [root, join(root, 'memory'), join(root, 'pids')] as const;

/** Control groups for one build, gone when disposed of. */
export interface Groups extends AsyncDisposable {
  /** Empty where none can be made: no root, or controllers that aren't handed on. */
  readonly dirs: readonly string[];
}

/** `root`: where control groups are mounted. */
export async function makeGroups({ memory, processes }: Limits, root = ROOT): Promise<Groups> {
  const { pid, started } = thisOwner();
  const name = `${NAME}${pid}-${startOf(started)}-${Math.trunc(performance.now())}`;
  const [unified, memory1, pids1] = hierarchies(root);
  const plans: readonly (readonly [string, Readonly<Record<string, number>>])[] = [
    [unified, { 'memory.max': memory, 'memory.swap.max': 0, 'pids.max': processes }],
    [memory1, { 'memory.limit_in_bytes': memory }],
    [pids1, { 'pids.max': processes }],
  ];
  const dirs: string[] = [];
  await sweepGroups(root);
  for (const [parent, values] of plans) {
    const dir = join(parent, name);
    if (await makeGroup(dir, values)) dirs.push(dir);
  }
  return {
    dirs,
    async [Symbol.asyncDispose]() {
      for (const dir of dirs) await rmdir(dir).catch(() => undefined);
    },
  };
}

async function makeGroup(dir: string, values: Readonly<Record<string, number>>): Promise<boolean> {
  try {
    // A hierarchy without this controller is none of ours.
    await readFile(join(dir, '..', 'cgroup.procs'));
    await mkdir(dir);
  } catch {
    return false;
  }
  try {
    for (const [file, value] of Object.entries(values)) {
      const there = await readFile(join(dir, file)).then(
        () => true,
        () => false,
      );
      if (there) await writeFile(join(dir, file), String(value));
      // Swap may not be counted; without the others, it limits nothing.
      else if (file !== 'memory.swap.max') throw new Error(`no ${file}`);
    }
    return true;
  } catch {
    await rmdir(dir).catch(() => undefined);
    return false;
  }
}

/** Milliseconds for what was in a group to be gone: a build ends when whoever began it was killed. */
const ENDING = 2000;

/** Removes the groups of processes that are gone. `root`: where control groups are mounted. */
export async function sweepGroups(root = ROOT): Promise<void> {
  for (const parent of hierarchies(root)) await sweep(parent);
}

/** The kernel lets only empty ones go, and one that is new is empty, too. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const [, pid, started] = GROUP.exec(name) ?? [];
    if (pid === undefined || started === undefined) continue;
    if (ownerState({ ...thisOwner(), pid: Number(pid), started }) !== 'gone') continue;
    for (const until = Date.now() + ENDING; !(await isRemoved(join(parent, name))) && Date.now() < until; )
      await sleep(50);
  }
}

async function isRemoved(dir: string): Promise<boolean> {
  return rmdir(dir).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'EBUSY',
  );
}

/** Milliseconds between two looks. */
const INTERVAL = 500;
/** Bytes of disk that a build leaves. */
const FREE = 512 * MIB;

/** What is looked at while a build runs. */
export interface Watched {
  /** File with the process id of the whole. */
  readonly pid: string;
  /** A folder that it writes to. */
  readonly dir: string;
  readonly memory: number;
}

/** Calls `end` with an ArtifactError `build-killed` once a build takes too much; stops looking when disposed of. */
export function watch({ pid, dir, memory }: Watched, end: (error: ArtifactError) => void): Disposable {
  let over = false;
  const look = async () => {
    const free = await statfs(dir).catch(() => undefined);
    if (free !== undefined && free.bavail * free.bsize < FREE) {
      return `it left less than ${FREE / MIB} MiB of ${dir}`;
    }
    const leader = Number(await readFile(pid, 'utf8').catch(() => ''));
    const used = leader > 0 ? await memoryOf(leader) : 0;
    return used > memory ? `it took more than ${Math.round(memory / MIB)} MiB of memory` : undefined;
  };
  const next = async () => {
    const why = await look().catch(() => undefined);
    if (over) return;
    if (why !== undefined) end(new ArtifactError('build-killed', `the build was ended: ${why}`));
    timer = setTimeout(next, INTERVAL).unref();
  };
  let timer = setTimeout(next, INTERVAL).unref();
  return {
    [Symbol.dispose]() {
      over = true;
      clearTimeout(timer);
    },
  };
}

/** Bytes that a process and its descendants have written to: anonymous and shared memory. */
export async function memoryOf(leader: number): Promise<number> {
  const children = new Map<number, { pid: number; bytes: number }[]>();
  for (const name of (await readdir('/proc')).filter((one) => /^\d+$/.test(one))) {
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const field = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    const bytes = (field('RssAnon') + field('RssShmem')) * 1024;
    const [pid, parent] = [Number(name), field('PPid')];
    children.set(parent, [...(children.get(parent) ?? []), { pid, bytes }]);
  }
  let sum = 0;
  const queue = [leader];
  for (const parent of queue) {
    for (const { pid, bytes } of children.get(parent) ?? []) {
      sum += bytes;
      queue.push(pid);
    }
  }
  return sum;
}
