import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { InterruptedError } from '../../scripts/lib/errors.ts';
import { withLock } from '../../scripts/lib/lock.ts';

let path: string;
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'repro-test-lock-'));
  path = join(dir, 'below', 'thing');
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

/** A promise, and what resolves it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

test('one at a time, and the one who waits is told once', async () => {
  const [started, finish] = [gate(), gate()];
  const events: string[] = [];
  const first = withLock(path, async () => {
    started.open();
    await finish.opened;
    events.push('first');
  });
  await started.opened;
  const waiting = gate();
  const onWait = () => {
    events.push('waiting');
    waiting.open();
  };
  const second = withLock(path, async () => events.push('second'), { onWait });
  await waiting.opened;
  finish.open();
  await Promise.all([first, second]);
  expect(events).toEqual(['waiting', 'first', 'second']);
});

test('returns what the function returns, and is free again also after a failure', async () => {
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(`${path}.lock`)).toBe(false);
  expect(await withLock(path, async () => 7)).toBe(7);
});

test('does not wait when told so', async () => {
  const inner = () => withLock(path, async () => undefined, { wait: false });
  await expect(withLock(path, inner)).rejects.toMatchObject({ code: 'locked' });
});

test('waiting ends with an interrupt', async () => {
  const abort = new AbortController();
  const onWait = () => abort.abort();
  const inner = () => withLock(path, async () => undefined, { signal: abort.signal, onWait });
  await expect(withLock(path, inner)).rejects.toBeInstanceOf(InterruptedError);
});

test('the function sees the interrupt', async () => {
  const abort = new AbortController();
  await withLock(
    path,
    async (signal) => {
      expect(signal.aborted).toBe(false);
      abort.abort();
      expect(signal.aborted).toBe(true);
    },
    { signal: abort.signal },
  );
});

test('a lock that a crash left is taken over', async () => {
  await mkdir(`${path}.lock`, { recursive: true });
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(`${path}.lock`, longAgo, longAgo);
  expect(await withLock(path, async () => 'mine')).toBe('mine');
});

test('the function is told when another took the lock over, and leaves the lock to it', async () => {
  await withLock(
    path,
    async (signal) => {
      const lost = new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
      // As another process would, after this one had been stopped for too long.
      await rm(`${path}.lock`, { recursive: true });
      await mkdir(`${path}.lock`);
      // Later, that is: file systems may give both folders the time of the same tick.
      const later = new Date(Date.now() + 1000);
      await utimes(`${path}.lock`, later, later);
      expect(await lost).toMatchObject({ code: 'lock-lost' });
    },
    { stale: 2000 },
  );
  expect(existsSync(`${path}.lock`)).toBe(true);
});
