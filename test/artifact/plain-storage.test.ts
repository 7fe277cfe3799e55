/**
 * A cache on storage that can do little: no locks, no links, no times that can be set, no flushing, no sparse files,
 * as on some network file systems. Simulated at the calls: each that such storage lacks fails as it does there.
 */
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { fileOf } from '../../scripts/artifact/cache.ts';
import { withLock } from '../../scripts/lib/lock.ts';
import { openCache, order, signal, temporaryDir } from './support.ts';

const refused = vi.hoisted(() => ({ calls: new Set<string>() }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const lacks = (name: string, code: string) => async () => {
    refused.calls.add(name);
    throw Object.assign(new Error(`${code}: ${name}`), { code, syscall: name, errno: -95 });
  };
  return {
    ...real,
    utimes: lacks('utimes', 'EOPNOTSUPP'),
    link: lacks('link', 'EPERM'),
    symlink: lacks('symlink', 'EPERM'),
    chmod: lacks('chmod', 'EPERM'),
    writeFile: async (...args: Parameters<typeof real.writeFile>) => {
      const [, , options] = args;
      if (typeof options === 'object' && options !== null && 'flush' in options && options.flush)
        await lacks('fsync', 'EINVAL')();
      return real.writeFile(...args);
    },
  };
});

let root: string;
beforeEach(async () => {
  root = join(await temporaryDir(), 'cache');
});

/** Large enough to be looked at for holes, and without any. */
const thing = order((dir) => writeFile(join(dir, 'data'), Buffer.alloc(65 * 1024 ** 2)));

test('entries are made, found again, verified, locked and pruned', async () => {
  const { dir } = await openCache(root).cache.entry(thing, signal);
  const { cache, notices } = openCache(root);
  expect(fileOf(await cache.entry(thing, signal), 'data').bytes).toBe(65 * 1024 ** 2);
  expect(notices).toEqual([]);
  await writeFile(join(dir, 'data'), 'short');
  const again = openCache(root);
  await again.cache.entry(thing, signal);
  expect(again.notices).toEqual([
    'the cached deb thing-1.0 is damaged (data); it is made again',
    'making deb thing-1.0',
  ]);
  await withLock(dir, async () => {
    expect(await again.cache.prune(0)).toMatchObject({ removed: [], inUse: 1 });
  });
  expect((await again.cache.prune(0)).removed).toHaveLength(1);
  expect(existsSync(dir)).toBe(false);
  expect((await readdir(join(root, 'deb'))).length).toBe(0);
  expect([...refused.calls]).toContain('fsync');
  expect([...refused.calls]).toContain('utimes');
});
