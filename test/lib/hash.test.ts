import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sha256Text } from '../../scripts/lib/hash.ts';
import { sha256File } from '../../scripts/lib/hash-file.ts';

/** FIPS 180-2, appendix B.1. */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('the digest of a text and of a file with that text', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'repro-test-hash-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, 'abc'), 'abc');
  expect(sha256Text('abc')).toBe(ABC);
  expect(await sha256File(join(dir, 'abc'))).toBe(ABC);
});

test('a file larger than one read', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'repro-test-hash-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const text = 'x'.repeat(3 * 1024 * 1024 + 1);
  await writeFile(join(dir, 'large'), text);
  expect(await sha256File(join(dir, 'large'))).toBe(sha256Text(text));
  await expect(sha256File(join(dir, 'large'), AbortSignal.abort())).rejects.toThrow('aborted');
});

test('a missing file is an error', async () => {
  await expect(sha256File('/nowhere/at/all')).rejects.toThrow('ENOENT');
});
