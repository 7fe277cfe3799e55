import { spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  limitsOf,
  makeGroups,
  memoryOf,
  sweepGroups,
  watch,
} from '../../../scripts/artifact/build/limits.ts';
import { thisOwner } from '../../../scripts/lib/owner.ts';
import { temporaryDir } from '../support.ts';

const GIB = 1024 ** 3;

it('a build leaves the host a quarter of its memory', () => {
  expect(limitsOf(16 * GIB, 4)).toMatchObject({ memory: 12 * GIB, temporary: 4 * GIB, processes: 2048 });
  expect(limitsOf(GIB, 1)).toMatchObject({ memory: GIB });
});

/** Folders like a mounted cgroup file system, but for the kernel: new groups stay empty. */
async function hierarchies(...names: readonly string[]): Promise<string> {
  const root = await temporaryDir();
  for (const name of names) {
    await mkdir(join(root, name), { recursive: true });
    await writeFile(join(root, name, 'cgroup.procs'), '');
  }
  return root;
}

describe('control groups', () => {
  it('are none where there is no hierarchy', async () => {
    expect((await makeGroups(limitsOf(), await temporaryDir())).dirs).toEqual([]);
  });

  it('are none, and nothing is left, where they have no limits', async () => {
    const root = await hierarchies('.', 'memory', 'pids');
    expect((await makeGroups(limitsOf(), root)).dirs).toEqual([]);
    expect((await readdir(root)).sort()).toEqual(['cgroup.procs', 'memory', 'pids']);
    expect(await readdir(join(root, 'memory'))).toEqual(['cgroup.procs']);
  });

  it('of an earlier repro that was killed are removed', async () => {
    const root = await hierarchies('memory');
    const { pid, started } = thisOwner();
    // Above what Linux counts to; and a number that was given anew.
    await mkdir(join(root, 'memory', 'repro-build-99999999-1-1'));
    await mkdir(join(root, 'memory', `repro-build-${pid}-1-1`));
    const another = `repro-build-${pid}-${started}-1`;
    await mkdir(join(root, 'memory', another));
    await mkdir(join(root, 'memory', 'repro-build-of-somebody'));
    await sweepGroups(root);
    const left = ['cgroup.procs', another, 'repro-build-of-somebody'];
    expect((await readdir(join(root, 'memory'))).sort()).toEqual(left);
  });
});

describe('watching', () => {
  it('counts the memory of what a process started', async () => {
    const script = 'dd if=/dev/zero bs=50M count=1 | sleep 60';
    const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
    onTestFinished(() => {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    });
    const bytes = () => memoryOf(child.pid ?? 0);
    await vi.waitFor(async () => expect(await bytes()).toBeGreaterThan(50 * 1024 ** 2), { timeout: 30_000 });
    expect(await bytes()).toBeLessThan(80 * 1024 ** 2);
  });

  it('counts nothing where there is no such process', async () => {
    expect(await memoryOf(2 ** 30)).toBe(0);
  });

  it('ends what takes too much, and says why', async () => {
    const dir = await temporaryDir();
    const pid = join(dir, 'pid');
    await writeFile(pid, `${process.ppid}\n`);
    const error = await new Promise<Error>((resolve) => {
      const watching = watch({ pid, dir, memory: 1000 }, resolve);
      onTestFinished(() => watching[Symbol.dispose]());
    });
    expect(error).toMatchObject({ code: 'build-killed', message: expect.stringContaining('of memory') });
  });
});
