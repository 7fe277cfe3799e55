/** Layers of a user's own files: what is where in them. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PathSource } from '../../scripts/artifact/path.ts';
import { ArtifactError } from '../../scripts/lib/errors.ts';
import { openCache, signal, temporaryDir } from '../artifact/support.ts';
import { cannotRun } from './can-run.ts';

async function program(path: string, text = '#!/bin/sh\n'): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

/** Files of the layer that a path becomes, `-rwxr-xr-x usr/sbin/runc`. */
async function layerOf(path: string, component: string): Promise<string[]> {
  const source = new PathSource(openCache(join(await temporaryDir(), 'cache')).cache);
  const found = await source.resolve({ component, place: path }, signal);
  if (found === undefined) throw new Error(`${path} has no ${component}`);
  const { file } = await source.materialise(found, signal);
  const listed = execFileSync('unsquashfs', ['-lls', '-d', '', file], { encoding: 'utf8' });
  return listed
    .split('\n')
    .filter((line) => /^[-l]/.test(line))
    .map((line) => line.replace(/^(\S+) .*? \/?(usr\/.*)$/, '$1 $2'))
    .sort();
}

describe.skipIf(await cannotRun())('path:', () => {
  test("a file is where Debian's package has the program", async () => {
    const dir = await temporaryDir();
    expect(await layerOf(await program(join(dir, 'my-runc')), 'runc')).toEqual([
      '-rwxr-xr-x usr/sbin/runc',
      'lrwxrwxrwx usr/bin/runc -> ../sbin/runc',
    ]);
    expect(await layerOf(await program(join(dir, 'crun')), 'crun')).toEqual(['-rwxr-xr-x usr/bin/crun']);
  });

  test('programs side by side each have their place', async () => {
    const dir = await temporaryDir();
    for (const name of ['containerd', 'containerd-shim-runc-v2', 'ctr']) await program(join(dir, name));
    await writeFile(join(dir, 'README'), 'left out');
    expect(await layerOf(dir, 'containerd')).toEqual([
      '-rwxr-xr-x usr/bin/containerd',
      '-rwxr-xr-x usr/bin/containerd-shim-runc-v2',
      '-rwxr-xr-x usr/bin/ctr',
    ]);
  });

  test('what make install put below /usr/local is moved to its place', async () => {
    const dir = await temporaryDir();
    await program(join(dir, 'usr/local/sbin/runc'));
    await writeFile(join(dir, 'README'), 'left out');
    expect(await layerOf(dir, 'runc')).toContain('-rwxr-xr-x usr/sbin/runc');
  });

  test('a file that changes between two looks is no layer', async () => {
    const path = await program(join(await temporaryDir(), 'runc'));
    const source = new PathSource(openCache(join(await temporaryDir(), 'cache')).cache);
    const found = await source.resolve({ component: 'runc', place: path }, signal);
    await program(path, '#!/bin/sh\necho changed\n');
    if (found === undefined) throw new Error('nothing was resolved');
    const failure = await source.materialise(found, signal).catch((error) => error);
    expect(failure).toBeInstanceOf(ArtifactError);
    expect(failure.message).toContain('changed while it was read');
    const again = await source.resolve({ component: 'runc', place: path }, signal);
    expect(again?.sha256).not.toBe(found.sha256);
  });
});
