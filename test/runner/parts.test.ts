import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { estimate } from '../../scripts/runner/estimate.ts';
import { cellDir, fileName, makeRunDir } from '../../scripts/runner/folder.ts';
import { appendSample, correctSample, readJournal } from '../../scripts/runner/journal.ts';
import { makeReady, requestsOf, resolveCell } from '../../scripts/runner/plan.ts';
import { Stopwatch } from '../../scripts/runner/stopwatch.ts';
import { scenarioOf } from '../scenario/fixture.ts';
import { testCell } from '../suites/support.ts';
import { sample as passed } from '../verdict/samples.ts';
import { temporaryDir } from '../vm/support.ts';
import { fakeStore, scriptScenario } from './support.ts';

const { signal } = new AbortController();

const sample = (index: number) => passed({ id: `script#${index}`, case: 'script', index });

describe('journal', () => {
  it('gives samples back by cell, in order', async () => {
    const dir = await temporaryDir();
    await appendSample(dir, 'a', sample(1));
    await appendSample(dir, 'b', sample(1));
    await appendSample(dir, 'a', sample(2));
    expect(await readJournal(dir)).toEqual(
      new Map([
        ['a', [sample(1), sample(2)]],
        ['b', [sample(1)]],
      ]),
    );
  });

  it('leaves out a truncated last line, and loses nothing that is written after it', async () => {
    const dir = await temporaryDir();
    await appendSample(dir, 'a', sample(1));
    await appendFile(join(dir, 'journal.ndjson'), '{"cell":"a","sample":{"id":"scr');
    expect((await readJournal(dir)).get('a')).toEqual([sample(1)]);
    await appendSample(dir, 'a', sample(2));
    expect((await readJournal(dir)).get('a')).toEqual([sample(1), sample(2)]);
  });

  it('counts a sample that stands there twice once, the first time, and tells', async () => {
    const dir = await temporaryDir();
    const notices: string[] = [];
    await appendSample(dir, 'a', sample(1));
    await appendSample(dir, 'b', sample(1));
    await appendSample(dir, 'a', { ...sample(1), outcome: 'failed' });
    await appendSample(dir, 'a', sample(2));
    const cells = await readJournal(dir, (text) => notices.push(text));
    expect(cells.get('a')).toEqual([sample(1), sample(2)]);
    expect(cells.get('b')).toEqual([sample(1)]);
    expect(notices).toEqual([
      'journal.ndjson has samples twice (script#1 of a): of each, the first counts, and the others are left out',
    ]);
  });

  it('a line that corrects a sample counts in its place, and one without a sample for nothing', async () => {
    const dir = await temporaryDir();
    const notices: string[] = [];
    const corrected = { ...sample(1), incomplete: 'in doubt' };
    await appendSample(dir, 'a', sample(1));
    await appendSample(dir, 'a', sample(2));
    await correctSample(dir, 'a', corrected);
    await correctSample(dir, 'a', sample(3));
    expect((await readJournal(dir, (text) => notices.push(text))).get('a')).toEqual([corrected, sample(2)]);
    expect(notices).toEqual([]);
  });

  it.each([
    ['null', 'null'],
    ['no sample', '{"cell": "a"}'],
    ['a sample without an outcome', JSON.stringify({ cell: 'a', sample: { ...sample(2), outcome: 'fine' } })],
    ['a cell that is a number', JSON.stringify({ cell: 1, sample: sample(2) })],
  ])('leaves out a line that no run wrote, and tells: %s', async (_, line) => {
    const dir = await temporaryDir();
    const notices: string[] = [];
    await appendSample(dir, 'a', sample(1));
    await appendFile(join(dir, 'journal.ndjson'), `${line}\n`);
    await appendSample(dir, 'a', sample(3));
    expect((await readJournal(dir, (text) => notices.push(text))).get('a')).toEqual([sample(1), sample(3)]);
    expect(notices).toEqual([expect.stringMatching(/^line 2 of journal\.ndjson is damaged \(.+\)/)]);
  });

  it('is empty where there is none', async () => {
    expect((await readJournal(await temporaryDir())).size).toBe(0);
  });
});

describe('folders', () => {
  it.each([
    ['runc=1.1.15,cgroup=v2', 'runc=1.1.15,cgroup=v2'],
    ['runc=deb:trixie', 'runc=deb_trixie'],
    ['../etc', '_/etc'.replace('/', '_')],
    ['größe', 'gr_e'],
  ])('%s is the file %s', (text, name) => {
    expect(fileName(text)).toBe(name);
  });

  it('long names are cut, and stay different', () => {
    const names = ['a', 'b'].map((end) => fileName(`${'x'.repeat(400)}${end}`));
    expect(names.map(({ length }) => length)).toEqual([150, 150]);
    expect(names[0]).not.toBe(names[1]);
  });

  it('a cell lies below cells/, without its scenario', () => {
    expect(cellDir(testCell)).toBe('cells/runc=1.1.15');
  });

  it('cells whose values differ only in what no file name can have lie apart', () => {
    const cell = testCell;
    const dirs = ['path:/a/b', 'path:/a_b', 'git:v1/x', 'git:v1_x', 'deb:sid'].map((runc) =>
      cellDir({ ...cell, id: `mine/runc=${runc}` }),
    );
    expect(new Set(dirs).size).toBe(5);
    expect(dirs[4]).toBe('cells/runc=deb_sid');
    for (const dir of dirs) expect(dir).toMatch(/^cells\/runc=[A-Za-z0-9._-]+$/);
    const long = ['a', 'b'].map((end) =>
      cellDir({ ...cell, id: `mine/runc=path:/${'x'.repeat(400)}${end}` }),
    );
    expect(long[0]).not.toBe(long[1]);
  });

  it('two runs in one second have folders of their own', async () => {
    const parent = join(await temporaryDir(), 'runs');
    const now = new Date('2025-01-02T03:04:05.678Z');
    expect(await makeRunDir(parent, 'smoke', now)).toBe(join(parent, '2025-01-02T03-04-05-smoke'));
    expect(await makeRunDir(parent, 'smoke', now)).toBe(join(parent, '2025-01-02T03-04-05-smoke-2'));
  });
});

it('a stopwatch gives each phase the time until the next', () => {
  const now = vi.spyOn(performance, 'now');
  try {
    const at = (ms: number) => now.mockReturnValue(ms);
    at(100);
    const watch = new Stopwatch();
    at(110);
    watch.phase('boot');
    at(150);
    watch.phase('samples');
    at(175);
    expect(watch.phases).toEqual([
      { name: 'boot', ms: 40 },
      { name: 'samples', ms: 25 },
    ]);
    watch.stop();
    at(900);
    expect(watch.totalMs).toBe(75);
    expect(watch.phases.at(-1)).toEqual({ name: 'samples', ms: 25 });
  } finally {
    now.mockRestore();
  }
});

describe('requestsOf', () => {
  const specs = (keys: Record<string, unknown>) => {
    const scenario = scenarioOf(keys);
    const [cell] = scenario.cells;
    if (cell === undefined) throw new Error('no cell');
    return requestsOf(cell, scenario).map(({ component, spec }) => `${component} ${spec}`);
  };

  it('the kernel comes first, then what the suite needs, by default where no axis says', () => {
    expect(specs({ suite: 'cri', axes: { containerd: ['1.6'] } })).toEqual([
      'kernel deb:trixie',
      'runc deb:trixie',
      'containerd 1.6',
    ]);
  });

  it('the script suite takes on what the axes name, and no more', () => {
    const suite = { id: 'script', params: { run: 'true' } };
    expect(specs({ suite, axes: { runc: ['1.1.5'], kernel: ['6.1'] } })).toEqual([
      'kernel 6.1',
      'runc 1.1.5',
    ]);
  });
});

it('of what is built, the report has the program and how it was built', async () => {
  const scenario = scenarioOf({ axes: { runc: ['git:v1'] }, build: { runc: { go: '1.22' } } });
  const [cell] = scenario.cells;
  if (cell === undefined) throw new Error('no cell');
  const asked: unknown[] = [];
  const store = fakeStore(({ build }) => asked.push(build));
  const build = {
    repository: '/r',
    commit: 'c',
    tree: 't',
    script: 'make',
    compiler: 'gcc',
    builder: 'b',
    seconds: 1.5,
    sha256: 'program',
  };
  const layer: typeof store.layer = async (...args) => ({ ...(await store.layer(...args)), build });
  const resolved = await resolveCell(cell, scenario, store, signal);
  const { artifacts } = await makeReady(resolved, { ...store, layer }, signal);
  expect(asked).toEqual([undefined, { go: '1.22' }]);
  expect(artifacts.map(({ component, sha256 }) => `${component} ${sha256}`)).toEqual([
    'kernel kernel-1.1.15',
    'runc program',
  ]);
  expect(artifacts[1]?.build).toEqual(build);
  expect((await makeReady(resolved, store, signal)).artifacts).toEqual(resolved.artifacts);
});

it('an estimate counts an artifact once, and divides by jobs', async () => {
  const scenario = scriptScenario({ axes: { runc: ['1.1.5'], zram: [true, false] } });
  const cells = await Promise.all(
    scenario.cells.map((cell) => resolveCell(cell, scenario, fakeStore(), signal)),
  );
  const one = estimate(cells, scenario, 1);
  // A kernel and a runc of 1000 bytes each, in two cells.
  expect(one.bytes).toBe(2000);
  expect(estimate(cells, scenario, 2).seconds).toBe(one.seconds / 2);
  expect(estimate(cells.slice(0, 1), scenario, 1).seconds).toBe(one.seconds / 2);
});
