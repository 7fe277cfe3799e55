/** One cache, several processes: real ones, with entries that cost nothing. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { Cache } from '../../scripts/artifact/cache.ts';
import { thisOwner } from '../../scripts/lib/owner.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { openCache, order, signal, temporaryDir } from './support.ts';

let root: string;
let log: string;
beforeEach(async () => {
  const dir = await temporaryDir();
  [root, log] = [join(dir, 'cache'), join(dir, 'log')];
});

const thing = order((dir) => writeFile(join(dir, 'data'), 'content'));

async function users(count: number, rounds: number): Promise<string[]> {
  const argv = ['--import', 'tsx', 'test/artifact/user.ts', root, log, String(rounds)];
  const one = () => promisify(execFile)(process.execPath, argv, { cwd: packageRoot() });
  return (await Promise.all(Array.from({ length: count }, one))).map(({ stdout }) => stdout);
}

/** What isn't an entry: locks, entries in the making, marks of use. */
async function rest(): Promise<string[]> {
  const names = await readdir(root, { recursive: true });
  return names.filter((name) => /\.lock|\.making|^\.users\/./.test(name));
}

/** Another process that uses an entry, as it lies on disk. */
async function usedBy(owner: object, dir: string, days = 0): Promise<void> {
  const user = join(root, '.users', '1-2');
  await mkdir(user, { recursive: true });
  await writeFile(join(user, 'owner.json'), JSON.stringify(owner));
  await writeFile(join(user, dir.slice(root.length + 1).replace('/', '%')), '');
  const when = new Date(Date.now() - days * 24 * 3600 * 1000);
  await utimes(user, when, when);
}

describe('five processes on one cache', () => {
  test('make each entry once, and leave nothing but the entries', async () => {
    expect(await users(5, 3)).toEqual(Array(5).fill('ok'));
    expect((await readFile(log, 'utf8')).trim().split('\n')).toHaveLength(10);
    expect(await rest()).toEqual([]);
  }, 60_000);

  test('lose nothing to a prune that goes on beside them', async () => {
    const pruner = new Cache(root);
    let going = true;
    const pruning = (async () => {
      let removed = 0;
      while (going) removed += (await pruner.prune(0)).removed.length;
      return removed;
    })();
    try {
      expect(await users(5, 20)).toEqual(Array(5).fill('ok'));
    } finally {
      going = false;
    }
    // Not before the last of them has ended, for they all use all of it.
    const removed = (await pruning) + (await pruner.prune(0)).removed.length;
    expect(removed).toBeGreaterThan(0);
    expect(await rest()).toEqual([]);
  }, 120_000);
});

describe('prune', () => {
  test('leaves what another process uses, and counts it', async () => {
    const { dir } = await openCache(root).cache.entry(thing, signal);
    // Of process 1, which runs wherever there are processes; not ours.
    const init = { ...thisOwner(), pid: process.ppid };
    const { identify } = await import('../../scripts/lib/process.ts');
    await usedBy({ ...init, started: identify(process.ppid)?.started }, dir);
    expect(await openCache(root).cache.prune(0)).toMatchObject({ removed: [], inUse: 1 });
    expect(existsSync(join(dir, 'meta.json'))).toBe(true);
  });

  test('takes what a process used that is gone', async () => {
    const { dir } = await openCache(root).cache.entry(thing, signal);
    await usedBy({ ...thisOwner(), started: 'before' }, dir);
    expect((await openCache(root).cache.prune(0)).removed).toHaveLength(1);
    expect(await readdir(join(root, '.users'))).not.toContain('1-2');
  });

  test('believes a user on another host for a week', async () => {
    const { dir } = await openCache(root).cache.entry(thing, signal);
    await usedBy({ ...thisOwner(), host: 'far-away' }, dir, 2);
    expect((await openCache(root).cache.prune(0)).inUse).toBe(1);
    await usedBy({ ...thisOwner(), host: 'far-away' }, dir, 8);
    expect((await openCache(root).cache.prune(0)).removed).toHaveLength(1);
  });
});

describe('sweep', () => {
  test('kill -9 while an entry is made: what was in the making goes, with its lock, and is told', async () => {
    const script = `import { Cache } from './scripts/artifact/cache.ts'; import { writeFile } from 'node:fs/promises';
      const make = async (dir) => { await writeFile(dir + '/half', ''); console.log(dir); await new Promise(() => setInterval(() => {}, 1000)); };
      await new Cache(${JSON.stringify(root)}).entry({ kind: 'deb', name: 'x', inputs: [], network: false, make }, new AbortController().signal);`;
    const argv = ['--import', 'tsx', '--input-type=module', '-e', script];
    const child = spawn(process.execPath, argv, { cwd: packageRoot(), stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(child.stdout, 'data');
    const making = String(said).trim();
    const { cache } = openCache(root);
    expect(await cache.sweep()).toEqual([]);
    expect(existsSync(making)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await rest()).length).toBeGreaterThan(1);
    expect(await cache.sweep()).toEqual([`removed ${making}`]);
    expect(await rest()).toEqual([]);
    expect(await cache.sweep()).toEqual([]);
  }, 60_000);

  test('leaves a broken download for the next to go on with', async () => {
    await mkdir(join(root, 'release/.partial-x'), { recursive: true });
    expect(await openCache(root).cache.sweep()).toEqual([]);
    expect(existsSync(join(root, 'release/.partial-x'))).toBe(true);
    await rm(root, { recursive: true });
    expect(await openCache(root).cache.sweep()).toEqual([]);
  });
});
