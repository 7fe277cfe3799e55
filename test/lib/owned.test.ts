import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { lockedByGone, ownFolder, ownLocks, reapOwned } from '../../scripts/lib/owned.ts';
import { thisOwner } from '../../scripts/lib/owner.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { identify, isRunning } from '../../scripts/lib/process.ts';

let parent: string;
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'repro-test-owned-'));
  vi.stubEnv('TMPDIR', dir);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(dir, { recursive: true, force: true });
  });
  parent = join(dir, `repro-${process.getuid?.()}`);
});

/** Not of the other folders that this host has. */
const reap = (keep: readonly string[] = []) => reapOwned(keep, [tmpdir()]);

/** A process's folder, with a record of it or without. */
async function left(name: string, owner: object | undefined): Promise<string> {
  const dir = join(parent, name);
  await mkdir(join(dir, 'cell-x'), { recursive: true });
  if (owner !== undefined) await writeFile(join(dir, 'owner.json'), JSON.stringify(owner));
  return dir;
}

test('a folder belongs to this process, and nobody reaps it', async () => {
  const dir = await ownFolder('cell');
  const { pid, started } = thisOwner();
  expect(dir.startsWith(join(parent, `${pid}-${started}`, 'cell-'))).toBe(true);
  expect(await reap()).toEqual([]);
  expect(await readdir(dir)).toEqual([]);
});

test('is made again when somebody tidied up', async () => {
  await ownFolder('cell');
  await rm(parent, { recursive: true });
  expect(existsSync(await ownFolder('cell'))).toBe(true);
});

test('what a process left that is gone is removed and told; what another may own stays', async () => {
  const gone = await left('1-2', { ...thisOwner(), pid: 1, started: '2' });
  const torn = await left('1-3', undefined);
  const kept = await left('1-4', { ...thisOwner(), pid: 1, started: '4' });
  const far = await left('1-5', { ...thisOwner(), host: 'far-away' });
  const strange = await left('whatever', undefined);
  expect((await reap([join(kept, 'cell-x')])).sort()).toEqual([
    `removed ${join(gone, 'cell-x')}`,
    `removed ${join(torn, 'cell-x')}`,
  ]);
  expect([gone, torn, kept, far, strange].map((dir) => existsSync(dir))).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

test('folders in which a process that is gone may have left locks are known, and forgotten without a word', async () => {
  const mine = ownLocks('mine');
  const gone = await left('1-2', { ...thisOwner(), pid: 1, started: '2' });
  await writeFile(join(gone, 'locks-a-b'), '/runs/gone');
  await rm(join(gone, 'cell-x'), { recursive: true });
  expect(await lockedByGone([tmpdir()])).toEqual(['/runs/gone']);
  expect(await reap()).toEqual([]);
  expect(await lockedByGone([tmpdir()])).toEqual([]);
  const { pid, started } = thisOwner();
  const names = () => readdir(join(parent, `${pid}-${started}`));
  expect((await names()).filter((name) => name.startsWith('locks-'))).toHaveLength(1);
  mine();
  expect((await names()).filter((name) => name.startsWith('locks-'))).toEqual([]);
});

test('a folder that others may write to is refused, and nothing in it is believed', async () => {
  const dir = await left('1-2', { ...thisOwner(), pid: 1, started: '2' });
  await chmod(parent, 0o777);
  await expect(ownFolder('cell')).rejects.toMatchObject({ code: 'temporary' });
  expect(await reap()).toEqual([]);
  expect(existsSync(join(dir, 'cell-x'))).toBe(true);
});

test('a link in the place of the folder is not followed', async () => {
  const dir = await left('1-2', { ...thisOwner(), pid: 1, started: '2' });
  await rename(parent, `${parent}-elsewhere`);
  await symlink(`${parent}-elsewhere`, parent);
  expect(await reap()).toEqual([]);
  expect(existsSync(join(dir, 'cell-x'))).toBe(true);
});

test('what lies in a folder with a short path is reaped with the rest', async () => {
  const short = await mkdtemp(join(tmpdir(), 'short-'));
  const dir = join(short, `repro-${process.getuid?.()}`, '1-2', 'vm-x');
  await mkdir(dir, { recursive: true });
  expect(await reapOwned([], [tmpdir(), short])).toEqual([`removed ${dir}`]);
  expect(await ownFolder('vm', short)).toContain(join(short, `repro-${process.getuid?.()}`));
});

test('kill -9: its folder and the program that it ran go, also when the program runs still', async () => {
  const script = `import { ownFolder } from './scripts/lib/owned.ts'; import { run } from './scripts/lib/exec.ts';
    import { existsSync } from 'node:fs';
    const dir = await ownFolder('cell');
    const program = run(['sh', '-c', 'echo $$ >' + dir + '/pid; sleep 1000']);
    const look = setInterval(() => { if (existsSync(dir + '/pid')) { clearInterval(look); console.log(dir); } }, 20);
    await program;`;
  const argv = ['--import', 'tsx', '--input-type=module', '-e', script];
  const child = spawn(process.execPath, argv, { cwd: packageRoot(), stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  const dir = String(said).trim();
  expect(await reap()).toEqual([]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const [program] = (await readdir(join(dir, '..'))).filter((name) => name.startsWith('program-'));
  const pid = Number(program?.split('-')[1]);
  const id = identify(pid);
  if (id === undefined) throw new Error('the program does not outlive it');
  expect((await reap()).sort()).toEqual([`ended program ${pid}`, `removed ${dir}`]);
  expect(await readdir(parent)).toEqual([]);
  await expect.poll(() => isRunning(id)).toBe(false);
}, 60_000);
