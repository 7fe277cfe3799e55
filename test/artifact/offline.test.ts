import { expect, test } from 'vitest';
import { collectOffline, OfflineError } from '../../scripts/artifact/offline.ts';

const lacking = (what: string) => Promise.reject(new OfflineError([what]));

test('everything that is missing is named at once, each once', async () => {
  const tasks = [
    lacking('runc 1.1.5'),
    Promise.resolve(1),
    lacking('containerd 1.6.20'),
    lacking('runc 1.1.5'),
  ];
  const error = await collectOffline(tasks).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'offline', missing: ['runc 1.1.5', 'containerd 1.6.20'] });
  expect(error.message).toBe('offline, and not in the cache: runc 1.1.5, containerd 1.6.20');
});

test('one thing is named on one line, with what to do', async () => {
  const error = await collectOffline([lacking('runc 1.1.5')]).catch((reason) => reason);
  expect(error.message).toBe('offline, and not in the cache: runc 1.1.5');
  expect(error.hint).toContain('without --offline');
});

test('another failure comes first, as it is', async () => {
  const other = new Error('other');
  await expect(collectOffline([lacking('runc'), Promise.reject(other)])).rejects.toBe(other);
});

test('results keep their order', async () => {
  expect(await collectOffline([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
});
