/** What a killed command left on this host, where nobody who looks knows of `repro`'s own records. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MARK, type World } from './world.ts';

/** Milliseconds for what was killed to be gone from the list of processes. */
const PATIENCE = 3000;

/** A line each: processes, temporary folders, machines' records, locks, entries in the making, control groups, mounts. */
export async function leftovers(world: World): Promise<string[]> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const found = look(world);
    if (found.length === 0 || Date.now() > until) return found;
    await wait(100);
  }
}

function look(world: World): string[] {
  const { root, cache, tmp, state } = world;
  const shown = (kind: string, dir: string, name: string) => `${kind} ${relative(root, join(dir, name))}`;
  const inCache = namesBelow(cache, 2);
  return [
    ...processes(world),
    // The folder of all of a user's processes stays.
    ...namesBelow(tmp, 2)
      .filter((name) => !/^repro-\d+$/.test(name))
      .map((name) => shown('temporary', tmp, name)),
    ...namesBelow(join(state, 'repro', 'machines'), 1).map((name) => shown('record', state, name)),
    ...[...inCache, ...namesBelow(join(cache, '.users'), 1).map((name) => join('.users', name))]
      .filter((name) => /(^|\/)(\.making-[^/]*|[^/]*\.tmp|[^/]*\.lock)$|^\.users\/./.test(name))
      .map((name) => shown('cache', cache, name)),
    ...namesBelow(root, 2)
      .filter((name) => /\.lock$/.test(name) && !name.startsWith('cache/'))
      .map((name) => shown('lock', root, name)),
    ...controlGroups(world.pids),
    ...mounts(root),
  ];
}

/** Whatever has our mark, or names one of our folders. */
function processes({ mark, root }: World): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    const environment = textOf(`/proc/${pid}/environ`);
    const command = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    const folder = linkOf(`/proc/${pid}/cwd`);
    const ours = environment.includes(`${MARK}=${mark}`) || `${command} ${folder}`.includes(root);
    // A zombie has no command, and waits for who started it.
    if (ours && command !== '') found.push(`process ${pid} ${command.slice(0, 120)}`);
  }
  return found;
}

function controlGroups(pids: readonly number[]): string[] {
  const ours = new Set(pids.map(String));
  return namesBelow('/sys/fs/cgroup', 2)
    .filter((name) => ours.has(/(^|\/)repro-build-(\d+)-/.exec(name)?.[2] ?? ''))
    .map((name) => `control group ${name}`);
}

function mounts(root: string): string[] {
  const lines = textOf('/proc/self/mountinfo').split('\n');
  return lines.filter((line) => line.includes(root)).map((line) => `mount ${line.split(' ')[4]}`);
}

/** Paths relative to a folder, down to a depth; empty where there is no such folder. */
function namesBelow(dir: string, depth: number, prefix = ''): string[] {
  let entries: readonly { readonly name: string; isDirectory(): boolean }[];
  try {
    entries = readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const name = join(prefix, entry.name);
    const below = entry.isDirectory() && depth > 1 ? namesBelow(join(dir, entry.name), depth - 1, name) : [];
    return [name, ...below];
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
