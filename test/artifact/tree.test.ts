/** Folders as a stranger's build may leave them: what is taken of them, and what never is. */
import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { placePrograms } from '../../scripts/artifact/programs.ts';
import { copyItems, itemsOf } from '../../scripts/artifact/tree.ts';
import { UsageError } from '../../scripts/lib/errors.ts';
import { temporaryDir } from './support.ts';

const SCRIPT = '#!/bin/sh\n';
let host = '';
let out = '';

/** `host` has a program and a secret that aren't in `out`. */
beforeEach(async () => {
  host = await temporaryDir();
  out = await temporaryDir();
  await program(join(host, 'runc'), `${SCRIPT}# secret\n`);
  await program(join(host, 'bin/runc'), `${SCRIPT}# secret\n`);
  await writeFile(join(host, 'secret'), 'secret');
});

async function program(path: string, text = SCRIPT): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
}

/** Path -> content, `-> target` for a link, of what is taken of `out`. */
async function taken(): Promise<Record<string, string>> {
  const root = await temporaryDir();
  await copyItems(out, await itemsOf(out, 'runc', 'runc'), root);
  await placePrograms(root, 'runc', '$OUT');
  const files: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) continue;
    files[path.slice(root.length + 1)] = entry.isSymbolicLink() ? 'link' : await readFile(path, 'utf8');
  }
  return files;
}

const RUNC = { 'usr/sbin/runc': SCRIPT, 'usr/bin/runc': 'link' };

describe('a link out of the folder is refused', () => {
  test.each([
    ['the program', 'runc', 'runc'],
    ['another program', 'helper', 'runc'],
    ['usr', 'usr', ''],
    ['bin', 'bin', 'bin'],
    ['a part of usr', 'usr/bin', 'bin'],
    ['a part that is not a program', 'usr/share', ''],
  ])('%s', async (_, name, target) => {
    if (name !== 'runc') await program(join(out, name.startsWith('usr/') ? 'usr/sbin/runc' : 'runc'));
    await mkdir(dirname(join(out, name)), { recursive: true });
    await symlink(join(host, target), join(out, name));
    await expect(taken()).rejects.toThrow(UsageError);
    await expect(taken()).rejects.toThrow(`${name} is a link out of ${out}, to ${join(host, target)}`);
  });

  test('also by way of another, and by dots', async () => {
    await symlink(host, join(out, 'way'));
    await symlink('way/runc', join(out, 'runc'));
    await expect(taken()).rejects.toThrow('is a link out of');
    await symlink(`..${'/..'.repeat(20)}${host}/runc`, join(out, 'runc2'));
    await expect(taken()).rejects.toThrow('is a link out of');
  });
});

test('a link inside the folder is followed', async () => {
  await program(join(out, 'runc-1.2'));
  await symlink('runc-1.2', join(out, 'runc'));
  expect(await taken()).toEqual({ ...RUNC, 'usr/bin/runc-1.2': SCRIPT });
});

test('sbin may be a link to bin', async () => {
  await program(join(out, 'usr/bin/runc'));
  await symlink('bin', join(out, 'usr/sbin'));
  expect(await taken()).toEqual({ 'usr/sbin/runc': SCRIPT, 'usr/bin/runc': SCRIPT });
});

test('a link in a tree stays one, wherever it leads', async () => {
  await program(join(out, 'usr/sbin/runc'));
  for (const dir of ['usr/lib/x', 'usr/share']) await mkdir(join(out, dir), { recursive: true });
  await symlink(join(host, 'secret'), join(out, 'usr/share/secret'));
  await symlink(host, join(out, 'usr/lib/x/host'));
  await symlink('nowhere', join(out, 'usr/lib/dangling'));
  const links = ['usr/share/secret', 'usr/lib/x/host', 'usr/lib/dangling'].map((name) => [name, 'link']);
  expect(await taken()).toEqual({ ...RUNC, ...Object.fromEntries(links) });
});

test('a program that is a link in a tree is none', async () => {
  await mkdir(join(out, 'usr/sbin'), { recursive: true });
  await symlink(join(host, 'runc'), join(out, 'usr/sbin/runc'));
  await expect(taken()).rejects.toMatchObject({ code: 'no-program' });
});

test('pipes and set-user-ID bits are left out', async () => {
  await program(join(out, 'usr/sbin/runc'));
  await chmod(join(out, 'usr/sbin/runc'), 0o6755);
  execFileSync('mkfifo', ['-m', '755', join(out, 'usr/sbin/pipe')]);
  const root = await temporaryDir();
  await copyItems(out, await itemsOf(out, 'runc', 'runc'), root);
  expect((await lstat(join(root, 'usr/sbin/runc'))).mode & 0o7777).toBe(0o755);
  expect(await readdir(join(root, 'usr/sbin'))).toEqual(['runc']);
});

test('a program that is a pipe is none', async () => {
  execFileSync('mkfifo', ['-m', '755', join(out, 'runc')]);
  await expect(taken()).rejects.toThrow('there is no runc among the executable files');
});

test('what became a link since it was looked at is not followed', async () => {
  await program(join(out, 'usr/sbin/runc'));
  const items = await itemsOf(out, 'runc', 'runc');
  const swapped = items.map((item) => ({ ...item, from: join(host, 'bin/runc') }));
  await expect(copyItems(out, swapped, await temporaryDir())).rejects.toThrow('changed while it was read');
  await symlink(join(host, 'runc'), join(out, 'usr/sbin/link'));
  const followed = items.map((item) => ({ ...item, from: join(out, 'usr/sbin/link') }));
  await expect(copyItems(out, followed, await temporaryDir())).rejects.toThrow('changed while it was read');
});

test('more than a layer takes is refused before it is copied', async () => {
  await program(join(out, 'runc'));
  await truncate(join(out, 'runc'), 9 * 1024 ** 3);
  await expect(taken()).rejects.toThrow('has more than a layer takes');
});

test("programs are never moved to or from outside of a layer's root", async () => {
  const root = await temporaryDir();
  await mkdir(join(root, 'usr'));
  await symlink(join(host, 'bin'), join(root, 'usr/bin'));
  await expect(placePrograms(root, 'runc', 'it')).rejects.toMatchObject({ code: 'no-program' });
  await symlink(join(host, 'bin'), join(root, 'usr/sbin'));
  await program(join(root, 'usr/local/bin/runc'));
  await expect(placePrograms(root, 'runc', 'it')).rejects.toMatchObject({ code: 'link' });
  expect(await readFile(join(host, 'bin/runc'), 'utf8')).toContain('secret');
});

test('a program may be named as what every object has', async () => {
  await program(join(out, 'runc'));
  await program(join(out, 'constructor'));
  expect(Object.keys(await taken()).sort()).toContain('usr/bin/constructor');
});
