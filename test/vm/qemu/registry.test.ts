import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Owner, thisOwner } from '../../../scripts/lib/owner.ts';
import { identify, isRunning, type ProcessId } from '../../../scripts/lib/process.ts';
import {
  keptMachine,
  type MachineRecord,
  machineFolders,
  readRecords,
  reapMachines,
  writeRecord,
} from '../../../vm/qemu/registry.ts';
import { isolatedState } from '../support.ts';

/** A process of ours that does nothing. */
async function sleeper(): Promise<ProcessId> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('spawn', resolve));
  const id = child.pid === undefined ? undefined : identify(child.pid);
  if (id === undefined) throw new Error('sleep did not start');
  return id;
}

/** A process that is no more: this one's number, but begun at another time. */
const GONE: Owner = { ...thisOwner(), started: 'another time' };

async function record(root: string, parts: Partial<MachineRecord>): Promise<MachineRecord> {
  const id = parts.id ?? 'm1';
  const made: MachineRecord = {
    id,
    session: 's1',
    owner: GONE,
    qemu: undefined,
    dir: join(root, id),
    logDir: join(root, 'run', id),
    keep: false,
    shell: ['ssh', id],
    ...parts,
  };
  await mkdir(made.dir, { recursive: true });
  await writeFile(join(made.dir, 'scratch.img'), '');
  await writeRecord(made);
  return made;
}

describe('reapMachines', () => {
  it('ends the machine whose owner is gone, and removes its folder and its record', async () => {
    const root = await isolatedState();
    const qemu = await sleeper();
    const { dir } = await record(root, { qemu });
    expect(await reapMachines({ all: false })).toEqual([{ id: 'm1', session: 's1', pid: qemu.pid }]);
    expect(isRunning(qemu)).toBe(false);
    expect(existsSync(dir)).toBe(false);
    expect(await readRecords()).toEqual([]);
  });

  it.each([false, true])('leaves the machine whose owner runs (all: %s)', async (all) => {
    const root = await isolatedState();
    const qemu = await sleeper();
    const made = await record(root, { qemu, owner: thisOwner(), keep: true });
    expect(await reapMachines({ all })).toEqual([]);
    expect(isRunning(qemu)).toBe(true);
    expect(existsSync(made.dir)).toBe(true);
    expect(await readRecords()).toEqual([made]);
  });

  it('leaves a kept machine unless all are to go', async () => {
    const root = await isolatedState();
    const qemu = await sleeper();
    await record(root, { qemu, keep: true });
    expect(await reapMachines({ all: false })).toEqual([]);
    expect(isRunning(qemu)).toBe(true);
    expect(await reapMachines({ all: true })).toHaveLength(1);
    expect(isRunning(qemu)).toBe(false);
  });

  it('cleans up after a kept machine that ended by itself', async () => {
    const root = await isolatedState();
    const { dir } = await record(root, { qemu: GONE, keep: true });
    expect(await reapMachines({ all: false })).toHaveLength(1);
    expect(existsSync(dir)).toBe(false);
  });

  it('never ends a later process with the same number', async () => {
    const root = await isolatedState();
    const other = await sleeper();
    await record(root, { qemu: { ...other, started: 'before' } });
    await reapMachines({ all: true });
    expect(isRunning(other)).toBe(true);
  });

  it('cleans up what crashed before QEMU was born', async () => {
    const root = await isolatedState();
    const { dir } = await record(root, {});
    expect(await reapMachines({ all: false })).toEqual([{ id: 'm1', session: 's1', pid: 0 }]);
    expect(existsSync(dir)).toBe(false);
  });
});

describe('a machine of another host or container, in a state folder that both have', () => {
  it('is left alone', async () => {
    const root = await isolatedState();
    const qemu = await sleeper();
    const made = await record(root, { qemu, owner: { ...GONE, host: 'far-away' } });
    expect(await reapMachines({ all: true })).toEqual([]);
    expect(isRunning(qemu)).toBe(true);
    expect(await machineFolders()).toEqual([made.dir]);
  });
});

describe('readRecords', () => {
  it.each([
    ['null', 'null'],
    ['no record', '{}'],
    ['an owner without a number', '{"id": "m1", "session": "s1", "owner": {"pid": "1"}, "dir": "/x"}'],
    ['a folder that is none', JSON.stringify({ id: 'm1', owner: GONE, dir: '' })],
  ])('drops what is none: %s', async (_, text) => {
    const root = await isolatedState();
    const made = await record(root, { id: 'm2', owner: thisOwner() });
    await writeFile(join(root, 'state/repro/machines/s1.m1.json'), text);
    expect(await readRecords()).toEqual([made]);
  });

  it('drops a torn record and keeps the others', async () => {
    const root = await isolatedState();
    const folder = join(root, 'state/repro/machines');
    const made = await record(root, { id: 'm2', owner: thisOwner() });
    await writeFile(join(folder, 's1.m1.json'), '{"id": "m1", "ses');
    expect(await readRecords()).toEqual([made]);
    expect(await readdir(folder)).toEqual(['s1.m2.json']);
  });

  it('is empty where there never was a machine', async () => {
    await isolatedState();
    expect(await readRecords()).toEqual([]);
  });

  it('never shows half a record while one is written over', async () => {
    const root = await isolatedState();
    const made = await record(root, { owner: thisOwner(), shell: ['x'.repeat(100_000)] });
    const writing = Array.from({ length: 20 }).reduce<Promise<void>>(
      (before) => before.then(() => writeRecord(made)),
      Promise.resolve(),
    );
    for (let look = 0; look < 50; look++) expect(await readRecords()).toHaveLength(1);
    await writing;
  });
});

describe('keptMachine', () => {
  it('is found by its log folder while it runs', async () => {
    const root = await isolatedState();
    const made = await record(root, { qemu: await sleeper(), keep: true });
    await record(root, { id: 'm2', qemu: GONE, keep: true });
    await record(root, { id: 'm3', qemu: await sleeper() });
    expect(await keptMachine(join(root, 'run', '..', 'run', 'm1'))).toEqual(made);
    expect(await keptMachine(join(root, 'run', 'm2'))).toBeUndefined();
    expect(await keptMachine(join(root, 'run', 'm3'))).toBeUndefined();
  });
});
