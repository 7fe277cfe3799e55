import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ReproError } from '../../scripts/lib/errors.ts';
import { sweepLocks } from '../../scripts/lib/lock.ts';
import { lockedByGone } from '../../scripts/lib/owned.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { changedBuilds } from '../../scripts/runner/builds.ts';
import { readJournal } from '../../scripts/runner/journal.ts';
import { runScenario } from '../../scripts/runner/run.ts';
import { openRunFolder, QUESTION } from '../../scripts/runner/run-folder.ts';
import { parseScenario } from '../../scripts/scenario/load.ts';
import { temporaryDir } from '../vm/support.ts';
import { fakeStore, requestOf, scriptScenario } from './support.ts';

const { signal } = new AbortController();
const asked = (keys: Readonly<Record<string, unknown>> = {}) => {
  const scenario = scriptScenario(keys);
  return { scenario, cells: scenario.cells };
};

/** Opens and closes; what is thrown is thrown. */
async function visit(dir: string, keys = {}, options: Parameters<typeof openRunFolder>[2] = {}) {
  await using folder = await openRunFolder(dir, asked(keys), options);
  return folder.difference;
}

describe('a folder in use', () => {
  it('is not opened twice, and its user is named', async () => {
    const dir = await temporaryDir();
    await using _ = await openRunFolder(dir, asked());
    await expect(visit(dir)).rejects.toMatchObject({
      code: 'run-locked',
      exitCode: 125,
      message: expect.stringMatching(new RegExp(`^${dir} is in use by process ${process.pid} on host \\S+$`)),
      hint: expect.stringContaining('--out'),
    });
  });

  it('is free when it was closed, and holds nothing of the lock', async () => {
    const dir = await temporaryDir();
    await visit(dir);
    await visit(dir);
    expect((await readdir(dir)).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('loses what a crash left half written, and nothing of the user', async () => {
    const dir = await temporaryDir();
    const left = 'report.json.0b2d8a52-1c2d-4e3f-8a9b-0123456789ab.tmp';
    for (const name of [left, 'notes.tmp']) await writeFile(join(dir, name), '');
    await visit(dir);
    const names = await readdir(dir);
    expect(names).toContain('notes.tmp');
    expect(names).not.toContain(left);
  });

  it('is free when its user was killed', async () => {
    const dir = await temporaryDir();
    const script = `import { takeLock } from './scripts/lib/lock.ts';
      await takeLock(${JSON.stringify(join(dir, 'run'))}); console.log('held'); setInterval(() => {}, 1000);`;
    const argv = ['--import', 'tsx', '--input-type=module', '-e', script];
    const child = spawn(process.execPath, argv, {
      cwd: packageRoot(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(visit(dir)).rejects.toMatchObject({ message: expect.stringContaining(`${child.pid}`) });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await visit(dir)).toBeUndefined();
  }, 60_000);

  it('is not begun anew where a run was', async () => {
    const dir = await temporaryDir();
    await visit(dir, {}, { fresh: true });
    await expect(visit(dir, {}, { fresh: true })).rejects.toMatchObject({
      code: 'out',
      hint: expect.stringContaining(`--resume ${dir}`),
    });
  });

  it('can be gone on with before it counts as begun', async () => {
    const dir = await temporaryDir();
    const killed = new Error('killed');
    const begin = async () => {
      expect(existsSync(join(dir, QUESTION))).toBe(false);
      throw killed;
    };
    await expect(visit(dir, {}, { fresh: true, begin })).rejects.toBe(killed);
    let begun = 0;
    const again = async () => void begun++;
    await visit(dir, {}, { fresh: true, begin: again });
    await expect(visit(dir, {}, { fresh: true, begin: again })).rejects.toMatchObject({ code: 'out' });
    expect(begun).toBe(1);
  });

  it('is known to whoever tidies up when its user was killed, and to nobody when it was closed', async () => {
    vi.stubEnv('TMPDIR', await temporaryDir());
    onTestFinished(() => void vi.unstubAllEnvs());
    const dir = await temporaryDir();
    const script = `import { openRunFolder } from './scripts/runner/run-folder.ts';
      import { scriptScenario } from './test/runner/support.ts';
      const scenario = scriptScenario();
      await openRunFolder(${JSON.stringify(dir)}, { scenario, cells: scenario.cells });
      console.log('held'); setInterval(() => {}, 1000);`;
    const argv = ['--import', 'tsx', '--input-type=module', '-e', script];
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    const child = spawn(process.execPath, argv, { cwd: packageRoot(), stdio: [...stdio] });
    await once(child.stdout ?? child, 'data');
    expect(await lockedByGone()).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await lockedByGone()).toEqual([dir]);
    await sweepLocks(dir);
    expect((await readdir(dir)).filter((name) => name.includes('lock'))).toEqual([]);
    const other = await temporaryDir();
    await visit(other);
    expect(await lockedByGone()).toEqual([dir]);
  }, 60_000);

  it('that is removed meanwhile is said to be so, and not made again', async () => {
    const dir = await temporaryDir();
    await using folder = await openRunFolder(dir, asked());
    const { request } = requestOf(dir, scriptScenario(), async () => {
      await rm(dir, { recursive: true });
      return {};
    });
    const run = folder.during(signal, (alive) => runScenario(request, alive));
    await expect(run).rejects.toMatchObject({
      code: 'run-folder',
      message: `${dir} was removed while the run went on`,
    });
    await expect(run).rejects.toBeInstanceOf(ReproError);
    expect(existsSync(dir)).toBe(false);
  });
});

describe('a scenario that changed between run and resumption', () => {
  it('is the same when nothing but comments, the title or the order of keys changed', async () => {
    const dir = await temporaryDir();
    const text = 'title: x\naxes: { runc: ["1.1.5"] }\nsuite: oci\nsymptom: { oomKill: { process: runc } }\n';
    const other =
      '# a comment\nsuite: oci\nsymptom: { oomKill: { process: runc } }\ntitle: y\naxes: { runc: ["1.1.5"] }\n';
    for (const one of [text, other]) {
      const scenario = parseScenario('one.yaml', one);
      await using folder = await openRunFolder(dir, { scenario, cells: scenario.cells });
      expect(folder.difference).toBeUndefined();
    }
  });

  it.each([
    [
      'what the case runs',
      { suite: { id: 'script', params: { run: 'another' } } },
      /params\.run: "the test" -> "another"/,
    ],
    ['the symptom', { symptom: { error: 'bang' } }, /symptom\.error: "boom" -> "bang"/],
    ['the machine', { machine: { cpus: 3 } }, /machine\.cpus: 2 -> 3/],
    ['the time-out', { timeout: 7 }, /timeout: \d+ -> 7/],
    ['where builds come from', { sources: ['deb:sid'] }, /sources: \[.*\] -> \["deb:sid"\]/],
    ['the number of samples', { samples: 3 }, /samples: 2 -> 3/],
    ['an expectation', { expect: [{ when: {}, verdict: 'bad' }] }, /expect\.verdict: nothing -> "bad"/],
    ['a cell more', { axes: { runc: ['1.1.5', '1.1.15', '1.3.6'] } }, /cell test\/runc=1\.3\.6: is new/],
    ['a cell less', { axes: { runc: ['1.1.5'] } }, /cell test\/runc=1\.1\.15: is there no more/],
    [
      'one cell alone',
      { overrides: [{ when: { runc: '1.1.5' }, timeout: 9 }] },
      /timeout: \d+ -> 9 \(in 1 of 2 cells\)/,
    ],
  ])('is refused, with the difference: %s', async (_, keys, message) => {
    const dir = await temporaryDir();
    await visit(dir);
    const before = await readFile(join(dir, QUESTION), 'utf8');
    await expect(visit(dir, keys, { asChanged: false })).rejects.toMatchObject({
      code: 'changed',
      exitCode: 2,
      message: expect.stringMatching(message),
      hint: expect.stringContaining('--as-changed'),
    });
    expect(await readFile(join(dir, QUESTION), 'utf8')).toBe(before);
    // The next is not told that it is locked.
    expect(await visit(dir)).toBeUndefined();
  });

  it('as changed: cells that changed begin anew, the others keep their samples and their evidence', async () => {
    const dir = await temporaryDir();
    await visit(dir);
    await runScenario(requestOf(dir, scriptScenario(), () => ({ stdout: 'first\n' })).request, signal);
    const keys = { overrides: [{ when: { runc: '1.1.5' }, timeout: 9 }] };
    const difference = await visit(dir, keys, { asChanged: true });
    expect([...(difference?.changed ?? [])]).toEqual(['test/runc=1.1.5']);
    const done = await readJournal(dir);
    expect([...done.keys()]).toEqual(['test/runc=1.1.15']);
    expect((await readdir(join(dir, 'cells'))).sort()).toEqual([
      'runc=1.1.15',
      expect.stringMatching(/^runc=1\.1\.5\.old-\w+$/),
    ]);
    const again = requestOf(dir, scriptScenario(keys), () => ({}), { done });
    const report = await runScenario(again.request, signal);
    expect(again.provider.specs).toHaveLength(1);
    expect(report.cells.map(({ samples }) => samples.length)).toEqual([2, 2]);
    // From now on, that is the question.
    expect(await visit(dir, keys)).toBeUndefined();
    expect((await readJournal(dir)).get('test/runc=1.1.5')).toHaveLength(2);
  });

  it('a damaged question is named', async () => {
    const dir = await temporaryDir();
    await visit(dir);
    await writeFile(join(dir, QUESTION), '{"schema": "repro.question/1", "cells": null}');
    await expect(visit(dir)).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining(join(dir, QUESTION)),
    });
  });
});

describe('builds that changed between run and resumption', () => {
  const other = () => {
    const store = fakeStore();
    return {
      ...store,
      resolve: async (...args: Parameters<typeof store.resolve>) => {
        const found = await store.resolve(...args);
        if (found.component !== 'runc' || found.version !== '1.1.15') return found;
        return { ...found, packageVersion: '1.1.15-2', sha256: 'another' };
      },
    };
  };

  it('are told, by cell and component', async () => {
    const dir = await temporaryDir();
    await runScenario(requestOf(dir, scriptScenario(), () => ({})).request, signal);
    expect(await changedBuilds(dir, asked(), fakeStore(), signal)).toEqual([]);
    expect(await changedBuilds(dir, asked(), other(), signal)).toEqual([
      { cell: 'test/runc=1.1.15', line: 'runc: deb:trixie 1.1.15-1 -> deb:trixie 1.1.15-2' },
    ]);
  });

  it('are never mixed in one cell', async () => {
    const dir = await temporaryDir();
    await runScenario(requestOf(dir, scriptScenario(), () => ({})).request, signal);
    const done = await readJournal(dir);
    const again = requestOf(dir, scriptScenario({ samples: 3 }), () => ({}), { done, store: other() });
    await expect(runScenario(again.request, signal)).rejects.toMatchObject({
      code: 'changed',
      message: expect.stringContaining('runc: deb:trixie 1.1.15-1 -> deb:trixie 1.1.15-2'),
    });
    expect(again.provider.specs).toHaveLength(0);
  });
});
