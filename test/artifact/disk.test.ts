import { expect, test } from 'vitest';
import { diskFull, isDiskFull } from '../../scripts/artifact/disk.ts';
import { temporaryDir } from './support.ts';

test('other failures are not a full disk', () => {
  expect(isDiskFull(new Error('no space for jokes'))).toBe(false);
  expect(isDiskFull(Object.assign(new Error('x'), { code: 'EACCES' }))).toBe(false);
  expect(isDiskFull('ENOSPC')).toBe(false);
});

test('the message says what, where and how much is free; a folder that is gone does no harm', async () => {
  const dir = await temporaryDir();
  const cause = new Error('cause');
  const error = await diskFull('deb runc', dir, cause);
  expect(error.message).toMatch(/no space in \S+ \([\d.]+ \w+ free\) for deb runc$/);
  expect(error.message).toContain(dir);
  expect(error.cause).toBe(cause);
  expect((await diskFull('deb runc', `${dir}/none`, cause)).message).toContain('none for deb runc');
});
