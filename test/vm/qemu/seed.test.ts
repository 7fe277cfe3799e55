import { spawnSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { makeSeed } from '../../../vm/qemu/seed.ts';
import { temporaryDir } from '../support.ts';

const tar = (...args: string[]) => spawnSync('tar', args, { encoding: 'utf8' }).stdout;

it("a seed holds the machine's name, its host key and who may log in", async () => {
  const dir = await temporaryDir();
  const seed = await makeSeed(dir, 'm1', new AbortController().signal);
  const files = tar('-tf', seed.file)
    .split('\n')
    .filter((name) => name !== '' && !name.endsWith('/'));
  expect(files.sort()).toEqual([
    'etc/hostname',
    'etc/hosts',
    'etc/machine-id',
    'etc/ssh/repro_authorized_keys',
    'etc/ssh/ssh_host_ed25519_key',
    'etc/ssh/ssh_host_ed25519_key.pub',
  ]);
  const content = (name: string) => tar('-xOf', seed.file, name);
  expect(content('etc/hostname')).toBe('m1\n');
  expect(content('etc/hosts')).toContain('127.0.0.1 localhost m1');
  expect(content('etc/machine-id')).toMatch(/^[0-9a-f]{32}\n$/);
  expect(content('etc/ssh/repro_authorized_keys')).toBe(await readFile(`${seed.identity}.pub`, 'utf8'));
  // sshd refuses keys that others can read, or that aren't root's.
  const list = tar('--numeric-owner', '-tvf', seed.file).split('\n');
  expect(list.find((line) => line.endsWith('ssh_host_ed25519_key'))).toMatch(/^-rw------- 0\/0 /);
  expect((await stat(seed.identity)).mode & 0o777).toBe(0o600);

  const [host, type, key] = (await readFile(seed.knownHosts, 'utf8')).trim().split(' ');
  expect(host).toBe('repro-guest');
  expect(content('etc/ssh/ssh_host_ed25519_key.pub')).toContain(`${type} ${key}`);
});

it('no two machines share keys or an id', async () => {
  const { signal } = new AbortController();
  const [one, other] = await Promise.all(
    [await temporaryDir(), await temporaryDir()].map((dir) => makeSeed(dir, 'm1', signal)),
  );
  for (const name of ['etc/machine-id', 'etc/ssh/ssh_host_ed25519_key', 'etc/ssh/repro_authorized_keys']) {
    expect(tar('-xOf', one?.file ?? '', name)).not.toBe(tar('-xOf', other?.file ?? '', name));
  }
});
