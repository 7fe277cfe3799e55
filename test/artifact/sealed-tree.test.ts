import { chmod, cp, mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { isSealed, sealedEntry, sealTree } from '../../scripts/artifact/sealed-tree.ts';
import { openCache, order, signal, temporaryDir } from './support.ts';

async function fill(dir: string): Promise<void> {
  await mkdir(join(dir, 'root/usr/bin'), { recursive: true });
  await writeFile(join(dir, 'root/usr/bin/gcc'), 'compiler');
  await writeFile(join(dir, 'root/usr/bin/make'), 'make');
  await sealTree(dir, signal);
}

describe('a sealed tree', () => {
  let dir = '';
  let file = '';
  beforeEach(async () => {
    dir = join(await temporaryDir(), 'entry');
    await mkdir(dir);
    await fill(dir);
    file = join(dir, 'root/usr/bin/gcc');
  });
  const old = new Date(0);

  test('is as it was made, also where the cache has moved it, and where it was copied to', async () => {
    expect(await isSealed(dir, signal)).toBe(true);
    await rename(dir, `${dir}-moved`);
    expect(await isSealed(`${dir}-moved`, signal)).toBe(true);
    await cp(`${dir}-moved`, dir, { recursive: true });
    expect(await isSealed(dir, signal)).toBe(true);
  });

  const sameTime = async () => {
    await writeFile(file, 'COMPILER');
    await utimes(file, old, old);
  };
  test.each<[string, () => Promise<unknown>]>([
    ['whose file has other content', () => writeFile(file, 'evil')],
    ['whose file has other content of that size and time', sameTime],
    ['with a file more', () => writeFile(`${file}-14`, '')],
    ['with one less', () => rename(file, join(dir, 'away'))],
    ['with another mode', () => chmod(file, 0o4755)],
  ])('is known from one %s', async (_, change) => {
    await utimes(file, old, old);
    expect(await isSealed(dir, signal)).toBe(true);
    await change();
    expect(await isSealed(dir, signal)).toBe(false);
    // Not taken for the right one the second time.
    expect(await isSealed(dir, signal)).toBe(false);
  });
});

test('a cached tree that was changed is made again, by the next process', async () => {
  const root = await temporaryDir();
  const wanted = order(fill, { kind: 'builder', name: 'trixie' });
  const entry = await sealedEntry(openCache(root).cache, wanted, signal);
  const file = join(entry.dir, 'root/usr/bin/gcc');
  await sealedEntry(openCache(root).cache, wanted, signal);
  await writeFile(file, 'evil');
  const next = openCache(root);
  const again = await sealedEntry(next.cache, wanted, signal);
  expect(again.dir).toBe(entry.dir);
  expect(await readFile(file, 'utf8')).toBe('compiler');
  expect(next.notices).toContain('the cached builder trixie was changed; it is made again');
});
