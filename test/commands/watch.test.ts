import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Watcher, watchedPaths } from '../../scripts/commands/watch.ts';
import { InterruptedError, UsageError } from '../../scripts/lib/errors.ts';
import type { Axes } from '../../scripts/model/axes.ts';

/** Milliseconds; as short as a slow host allows. */
const SETTLED = 50;
const { signal } = new AbortController();

async function watched(): Promise<{ file: string; dir: string; watcher: Watcher }> {
  const dir = await mkdtemp(join(tmpdir(), 'repro-test-watch-'));
  const file = join(dir, 'runc');
  await writeFile(file, 'one');
  const watcher = await Watcher.start([file], SETTLED);
  onTestFinished(async () => {
    await watcher[Symbol.asyncDispose]();
    await rm(dir, { recursive: true });
  });
  return { file, dir, watcher };
}

test('the files of all cells are watched, each once', () => {
  const cells: Axes[] = [
    { runc: 'path:/a/runc' },
    { runc: 'path:/a/runc', containerd: 'path:/b' },
    { runc: '1.1.15' },
  ];
  expect(watchedPaths(cells.map((axes) => ({ axes })))).toEqual(['/a/runc', '/b']);
});

test('nothing to watch is a mistake of the user', () => {
  expect(() => watchedPaths([{ axes: { runc: '1.1.15', mine: 'path:/x' } }])).toThrow(UsageError);
});

test('a change is told, also one that came before anyone asked', async () => {
  const { file, watcher } = await watched();
  await appendFile(file, ' two');
  await watcher.next(signal, SETTLED);
  const next = watcher.next(signal, SETTLED);
  await appendFile(file, ' three');
  await next;
});

test('a file that is replaced has changed', async () => {
  const { file, dir, watcher } = await watched();
  const next = watcher.next(signal, SETTLED);
  await writeFile(join(dir, 'new'), 'another');
  await rename(join(dir, 'new'), file);
  await next;
});

test('changes that come together are one', async () => {
  const { file, watcher } = await watched();
  await appendFile(file, ' two');
  await watcher.next(signal, 10 * SETTLED);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 4 * SETTLED);
  await expect(watcher.next(stop.signal, SETTLED)).rejects.toThrow(InterruptedError);
});
