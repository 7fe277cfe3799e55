import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PathSource, resolvePath } from '../../scripts/artifact/path.ts';
import type { ResolvedArtifact } from '../../scripts/artifact/types.ts';
import { UsageError } from '../../scripts/lib/errors.ts';
import { sha256Text } from '../../scripts/lib/hash.ts';
import { openCache, signal, temporaryDir } from './support.ts';

const SCRIPT = '#!/bin/sh\necho mine\n';

async function program(path: string, text = SCRIPT): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

async function resolve(path: string, component = 'runc'): Promise<ResolvedArtifact> {
  const source = new PathSource(openCache(join(await temporaryDir(), 'cache')).cache);
  const found = await source.resolve({ component, place: path }, signal);
  if (found === undefined) throw new Error('nothing was resolved');
  return found;
}

const refusalOf = (path: string, component?: string): Promise<string> =>
  resolve(path, component).then(
    () => expect.unreachable('it should have been refused'),
    (error) => {
      expect(error).toBeInstanceOf(UsageError);
      return error.message;
    },
  );

describe('a file', () => {
  test('is known by the digest of its content', async () => {
    const path = await program(join(await temporaryDir(), 'runc'));
    const found = await resolve(path);
    const digest = sha256Text(SCRIPT);
    expect(found).toMatchObject({ sha256: digest, size: 0, source: `path:${path}`, locator: { path } });
    expect(found.version).toBe(`local-${digest.slice(0, 8)}`);
    await program(path, `${SCRIPT}# changed\n`);
    expect((await resolve(path)).sha256).not.toBe(digest);
  });

  test('need not be called as the component', async () => {
    await expect(resolve(await program(join(await temporaryDir(), 'runc.patched')))).resolves.toBeDefined();
  });

  test('a 64-bit x86 program is let pass, another is refused', async () => {
    const dir = await temporaryDir();
    const elf = (bits: number, machine: number) => {
      const head = Buffer.alloc(64);
      head.write('\x7fELF', 0, 'latin1');
      head[4] = bits;
      head.writeUInt16LE(machine, 18);
      return head.toString('latin1');
    };
    const write = async (name: string, text: string) => {
      await writeFile(join(dir, name), text, 'latin1');
      return join(dir, name);
    };
    await expect(resolve(await write('amd64', elf(2, 62)))).resolves.toBeDefined();
    expect(await refusalOf(await write('arm64', elf(2, 183)))).toContain('another architecture');
    expect(await refusalOf(await write('i386', elf(1, 3)))).toContain('another architecture');
    expect(await refusalOf(await write('notes.txt', 'not a program'))).toContain(
      'notes.txt is not a program',
    );
  });

  test('that is not there is a mistake of the user', async () => {
    expect(await refusalOf(join(await temporaryDir(), 'runc'))).toContain('there is no file or folder');
  });
});

describe('a folder', () => {
  test('of programs is known by their names, modes and contents', async () => {
    const dir = await temporaryDir();
    await program(join(dir, 'containerd'));
    const one = (await resolve(dir, 'containerd')).sha256;
    await writeFile(join(dir, 'notes.txt'), 'no program, so it changes nothing');
    expect((await resolve(dir, 'containerd')).sha256).toBe(one);
    await program(join(dir, 'ctr'));
    const two = (await resolve(dir, 'containerd')).sha256;
    expect(two).not.toBe(one);
    await program(join(dir, 'ctr'), '#!/bin/sh\n');
    expect((await resolve(dir, 'containerd')).sha256).not.toBe(two);
  });

  test('with bin is a tree of /usr, of which what belongs to /usr counts', async () => {
    const dir = await temporaryDir();
    await program(join(dir, 'bin/containerd'));
    const before = (await resolve(dir, 'containerd')).sha256;
    await program(join(dir, 'cmd/containerd/main.go'));
    expect((await resolve(dir, 'containerd')).sha256).toBe(before);
    await program(join(dir, 'lib/containerd/x'));
    expect((await resolve(dir, 'containerd')).sha256).not.toBe(before);
  });

  test('without the component is a mistake of the user', async () => {
    const dir = await temporaryDir();
    await program(join(dir, 'ctr'));
    expect(await refusalOf(dir, 'containerd')).toContain('there is no containerd among the executable files');
    await mkdir(join(dir, 'usr/bin'), { recursive: true });
    expect(await refusalOf(dir, 'containerd')).toContain('in the tree of /usr at');
  });

  test('a link in a tree stays a link', async () => {
    const dir = await temporaryDir();
    await program(join(dir, 'usr/sbin/runc'));
    const before = (await resolve(dir)).sha256;
    await mkdir(join(dir, 'usr/bin'));
    await symlink('../sbin/runc', join(dir, 'usr/bin/runc'));
    expect((await resolve(dir)).sha256).not.toBe(before);
    expect(await readFile(join(dir, 'usr/bin/runc'), 'utf8')).toBe(SCRIPT);
  });
});

test('kernels are no programs', async () => {
  const source = new PathSource(openCache(join(await temporaryDir(), 'cache')).cache);
  expect(await source.resolve({ component: 'kernel', place: '/vmlinuz' }, signal)).toBeUndefined();
});

test('~ is the home folder, a relative path starts where repro was started', () => {
  expect(resolvePath('~/runc')).toBe(join(homedir(), 'runc'));
  expect(resolvePath('./runc')).toBe(join(process.cwd(), 'runc'));
  expect(resolvePath('/~/runc')).toBe('/~/runc');
});
