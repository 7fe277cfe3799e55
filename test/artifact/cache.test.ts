import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { fileOf } from '../../scripts/artifact/cache.ts';
import { OfflineError } from '../../scripts/artifact/offline.ts';
import { InterruptedError } from '../../scripts/lib/errors.ts';
import { run } from '../../scripts/lib/exec.ts';
import { sha256Text } from '../../scripts/lib/hash.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { openCache, order, signal, temporaryDir, tree } from './support.ts';

let root: string;
let made: number;
beforeEach(async () => {
  root = join(await temporaryDir(), 'cache');
  made = 0;
});

/** Makes `data`, and counts how often. */
const thing = order(async (dir) => {
  made += 1;
  await writeFile(join(dir, 'data'), 'content');
});

describe('an entry', () => {
  test('is made once, and found again by the next process', async () => {
    const entry = await openCache(root).cache.entry(thing, signal);
    const file = fileOf(entry, 'data');
    expect(file).toEqual({ path: join(entry.dir, 'data'), sha256: sha256Text('content'), bytes: 7 });
    expect(await readFile(file.path, 'utf8')).toBe('content');
    expect(await openCache(root).cache.entry(thing, signal)).toEqual(entry);
    expect(made).toBe(1);
  });

  test('may hold trees, which count by their size and are not verified', async () => {
    const withTree = order(async (dir) => {
      await mkdir(join(dir, 'root/usr'), { recursive: true });
      await writeFile(join(dir, 'root/usr/file'), 'x'.repeat(100_000));
      await writeFile(join(dir, 'data'), 'content');
    });
    const { dir, files } = await openCache(root).cache.entry(withTree, signal);
    expect(Object.keys(files)).toEqual(['data']);
    await writeFile(join(dir, 'root/usr/other'), 'made later');
    const { cache, notices } = openCache(root);
    await cache.entry(withTree, signal);
    expect(notices).toEqual([]);
    const [listed] = await cache.list();
    expect(listed?.bytes).toBeGreaterThan(100_000);
    await cache.prune(0);
    expect(existsSync(dir)).toBe(false);
  });

  test('is another one for other inputs, another name or another kind', async () => {
    const { cache } = openCache(root);
    const dirs = new Set<string>();
    for (const change of [{}, { inputs: ['other'] }, { name: 'thing-1.1' }, { kind: 'layer' }]) {
      dirs.add((await cache.entry({ ...thing, ...change }, signal)).dir);
    }
    expect(dirs.size).toBe(4);
  });

  test('with an odd name stays inside the cache', async () => {
    const { dir } = await openCache(root).cache.entry({ ...thing, name: '../../a b/c' }, signal);
    expect(join(dir, '..')).toBe(join(root, 'deb'));
  });

  test('is made once for callers at the same time', async () => {
    const { cache } = openCache(root);
    const [a, b] = await Promise.all([cache.entry(thing, signal), cache.entry(thing, signal)]);
    expect(a).toBe(b);
    expect(made).toBe(1);
  });

  test('is made once for processes at the same time', async () => {
    const log = join(await temporaryDir(), 'log');
    const argv = ['--import', 'tsx', 'test/artifact/maker.ts', root, log];
    const maker = () => run([process.execPath, ...argv], { cwd: packageRoot() });
    const results = await Promise.all([maker(), maker(), maker()]);
    expect(results.map(({ stdout }) => stdout)).toEqual(Array(3).fill(sha256Text('content')));
    expect((await readFile(log, 'utf8')).trim().split('\n')).toHaveLength(1);
  }, 60_000);

  test('cannot be asked for a file that it was made without', async () => {
    const entry = await openCache(root).cache.entry(thing, signal);
    expect(() => fileOf(entry, 'other')).toThrow('has no other');
  });
});

/** Writes other fields into an entry's record. */
async function change(dir: string, fields: object): Promise<void> {
  const file = join(dir, 'meta.json');
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...fields }));
}

describe('a damaged entry is made again, and that is said', () => {
  const damages: [string, (dir: string) => Promise<void>, string][] = [
    ['a changed byte', (dir) => writeFile(join(dir, 'data'), 'Content'), 'data'],
    ['a truncated file', (dir) => truncate(join(dir, 'data'), 3), 'data'],
    ['a longer file', (dir) => writeFile(join(dir, 'data'), 'content and more'), 'data'],
    ['a missing file', (dir) => rm(join(dir, 'data')), 'data'],
    ['a missing meta.json', (dir) => rm(join(dir, 'meta.json')), 'meta.json'],
    ['an unreadable meta.json', (dir) => truncate(join(dir, 'meta.json'), 20), 'meta.json'],
    ['an empty meta.json', (dir) => writeFile(join(dir, 'meta.json'), ''), 'meta.json'],
    ['a meta.json without files', (dir) => change(dir, { files: null }), 'meta.json'],
    ['a meta.json with no file in it', (dir) => change(dir, { files: {} }), 'meta.json'],
    ['a meta.json with a file that is none', (dir) => change(dir, { files: { data: null } }), 'meta.json'],
    [
      'a meta.json with a digest that is none',
      (dir) => change(dir, { files: { data: { sha256: 1 } } }),
      'meta.json',
    ],
    ['a meta.json with a file elsewhere', (dir) => change(dir, { files: { '../x': {} } }), 'meta.json'],
    ['a meta.json without a name', (dir) => change(dir, { name: undefined }), 'meta.json'],
    ['a meta.json that is null', (dir) => writeFile(join(dir, 'meta.json'), 'null'), 'meta.json'],
    ['a meta.json that is a list', (dir) => writeFile(join(dir, 'meta.json'), '[]'), 'meta.json'],
  ];

  test.each(damages)('%s', async (_, damage, named) => {
    const before = await openCache(root).cache.entry(thing, signal);
    await damage(before.dir);
    const { cache, notices } = openCache(root);
    const after = await cache.entry(thing, signal);
    expect(await readFile(fileOf(after, 'data').path, 'utf8')).toBe('content');
    expect(made).toBe(2);
    expect(notices.filter((line) => line.includes('damaged'))).toEqual([
      `the cached deb thing-1.0 is damaged (${named}); it is made again`,
    ]);
  });

  test('unless that needs the network and there is none: then the damage is named', async () => {
    const { dir } = await openCache(root).cache.entry(thing, signal);
    await truncate(join(dir, 'data'), 3);
    const failing = openCache(root, { offline: true }).cache.entry(thing, signal);
    await expect(failing).rejects.toMatchObject({
      code: 'offline',
      missing: ['deb thing-1.0 (the copy there is damaged: data)'],
    });
  });
});

describe('making it fails', () => {
  test('nothing is left behind, and the next to ask tries again', async () => {
    const { cache } = openCache(root);
    const failing = order(async (dir) => {
      await writeFile(join(dir, 'half'), 'x');
      throw new Error('no luck');
    });
    await expect(cache.entry(failing, signal)).rejects.toThrow('no luck');
    expect(await tree(root)).toEqual(['deb']);
    await cache.entry(thing, signal);
    expect(made).toBe(1);
  });

  test('what can be resumed is left to the next one, until it is pruned', async () => {
    const resumed = order(
      async (dir) => {
        const begun = existsSync(join(dir, 'begun'));
        if (!begun) {
          await writeFile(join(dir, 'begun'), '');
          throw new Error('broke off');
        }
        await rename(join(dir, 'begun'), join(dir, 'data'));
      },
      { resumes: true },
    );
    const attempt = () => openCache(root).cache.entry(resumed, signal);
    await expect(attempt()).rejects.toThrow('broke off');
    await openCache(root).cache.prune(30);
    await expect(attempt()).rejects.toThrow('broke off');
    expect(Object.keys((await attempt()).files)).toEqual(['data']);
  });

  test('a full disk is told from other failures, wherever it shows', async () => {
    const errors = [
      Object.assign(new Error('write'), { code: 'ENOSPC' }),
      new Error('wrapped', { cause: Object.assign(new Error('quota'), { code: 'EDQUOT' }) }),
      await run(['sh', '-c', 'echo "tar: a: Cannot write: No space left on device"; exit 2']).catch(
        (error) => error,
      ),
    ];
    for (const error of errors) {
      const failing = openCache(root).cache.entry(
        order(() => Promise.reject(error)),
        signal,
      );
      await expect(failing).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringMatching(/no space in \S+ \([\d.]+ \w+ free\) for deb thing-1\.0/),
        hint: expect.stringContaining('repro cache prune'),
      });
      expect(await tree(root)).toEqual(['deb']);
    }
  });

  test('an interrupt ends it', async () => {
    const abort = new AbortController();
    const { cache } = openCache(root);
    const interrupted = order(async (dir) => {
      await writeFile(join(dir, 'half'), 'x');
      abort.abort();
    });
    await expect(cache.entry(interrupted, abort.signal)).rejects.toBeInstanceOf(InterruptedError);
    expect(await tree(root)).toEqual(['deb']);
  });

  test("another caller's interrupt is not one's own", async () => {
    const abort = new AbortController();
    const { cache } = openCache(root);
    let attempts = 0;
    const once = order(async (dir) => {
      attempts += 1;
      if (attempts === 1) abort.abort();
      await writeFile(join(dir, 'data'), 'content');
    });
    const [first, second] = await Promise.allSettled([
      cache.entry(once, abort.signal),
      cache.entry(once, signal),
    ]);
    expect(first.status).toBe('rejected');
    expect(second.status).toBe('fulfilled');
  });

  test('a cache that cannot be a folder is named', async () => {
    await writeFile(root, 'a file');
    const failing = openCache(root).cache.entry(thing, signal);
    await expect(failing).rejects.toMatchObject({
      code: 'cache-unwritable',
      hint: expect.stringContaining('REPRO_CACHE'),
    });
  });
});

describe('offline', () => {
  test('what is there is used, what is missing is named and not made', async () => {
    await openCache(root).cache.entry(thing, signal);
    const { cache } = openCache(root, { offline: true });
    await cache.entry(thing, signal);
    const missing = cache.entry({ ...thing, name: 'other-2.0' }, signal);
    await expect(missing).rejects.toBeInstanceOf(OfflineError);
    await expect(missing).rejects.toMatchObject({ missing: ['deb other-2.0'] });
    expect(made).toBe(1);
  });

  test('what needs no network is made', async () => {
    const { cache } = openCache(root, { offline: true });
    await cache.entry({ ...thing, network: false }, signal);
    expect(made).toBe(1);
  });
});

describe('list and prune', () => {
  const other = { ...thing, kind: 'layer', name: 'other' };
  const age = (path: string, days: number) => {
    const when = new Date(Date.now() - days * 24 * 3600 * 1000);
    return utimes(path, when, when);
  };
  const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name).sort();

  test('entries are listed with their sizes', async () => {
    const { cache } = openCache(root);
    expect(await cache.list()).toEqual([]);
    const { dir } = await cache.entry(thing, signal);
    await cache.entry(other, signal);
    expect(names(await cache.list())).toEqual(['other', 'thing-1.0']);
    expect(await cache.list()).toContainEqual(
      expect.objectContaining({ kind: 'deb', name: 'thing-1.0', dir, bytes: 7 }),
    );
  });

  test('what was not used for so long goes; using it keeps it', async () => {
    const { cache } = openCache(root);
    const { dir } = await cache.entry(thing, signal);
    const used = await cache.entry(other, signal);
    await age(join(dir, 'meta.json'), 40);
    await age(join(used.dir, 'meta.json'), 40);
    await openCache(root).cache.entry(other, signal);
    expect(names((await cache.prune(30)).removed)).toEqual(['thing-1.0']);
    expect(existsSync(dir)).toBe(false);
    expect(names(await cache.list())).toEqual(['other']);
  });

  test('0 days: all goes, also what is damaged, and the cache works on', async () => {
    const { cache } = openCache(root);
    await cache.entry(thing, signal);
    const damaged = await cache.entry(other, signal);
    await rm(join(damaged.dir, 'meta.json'));
    expect((await cache.prune(0)).removed).toHaveLength(2);
    expect(await cache.list()).toEqual([]);
    await cache.entry(thing, signal);
    expect(made).toBe(3);
  });

  test('what a crash left goes, what is being made stays', async () => {
    const { cache } = openCache(root);
    await mkdir(join(root, 'deb', '.making-crashed'), { recursive: true });
    const making = order(async (dir) => {
      await writeFile(join(dir, 'data'), 'content');
      await openCache(root).cache.prune(0);
    });
    const entry = await cache.entry(making, signal);
    expect(existsSync(fileOf(entry, 'data').path)).toBe(true);
    expect(existsSync(join(root, 'deb', '.making-crashed'))).toBe(false);
  });
});
