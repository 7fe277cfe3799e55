import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { ReproError } from '../../scripts/lib/errors.ts';
import { ensureTools } from '../../scripts/setup/install.ts';
import { findProgram, toolsFor } from '../../scripts/setup/tools.ts';
import { temporaryDir } from '../vm/support.ts';

// The host's own sbin would be put on the PATH, with whatever is installed there: nothing but the test's folder counts.
const root = vi.hoisted(() => ({ dir: '' }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    access: (path: string, mode?: number) =>
      path.startsWith(root.dir) ? real.access(path, mode) : Promise.reject(new Error('not in this test')),
  };
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A host with these programs and nothing else, and its keyring in place. */
async function hostWith(...programs: string[]): Promise<void> {
  root.dir = await temporaryDir();
  const bin = join(root.dir, 'bin');
  await mkdir(bin);
  for (const name of programs) await writeFile(join(bin, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  await writeFile(join(root.dir, 'keyring.gpg'), '');
  vi.stubEnv('PATH', bin);
  vi.stubEnv('REPRO_DEBIAN_KEYRING', join(root.dir, 'keyring.gpg'));
  vi.stubEnv('REPRO_NO_INSTALL', '');
}

async function refusal(): Promise<{ error: ReproError; said: string[] }> {
  const said: string[] = [];
  const error = await ensureTools((line) => said.push(line)).catch((reason) => reason);
  if (!(error instanceof ReproError)) throw new Error(`not refused: ${error}`);
  return { error, said };
}

const TOOLS = toolsFor();
const all = TOOLS.map(({ program }) => program);

it('says and installs nothing when everything is there', async () => {
  await hostWith(...all);
  const say = vi.fn();
  await ensureTools(say);
  expect(say).not.toHaveBeenCalled();
});

it('without apt: one line for every missing tool', async () => {
  await hostWith('tar');
  const { error, said } = await refusal();
  expect(error.code).toBe('tools-missing');
  const [first, ...lines] = error.message.split('\n');
  expect(first).toContain('this host has no apt');
  expect(lines).toHaveLength(TOOLS.length - 1);
  for (const { program } of TOOLS.filter((tool) => tool.program !== 'tar')) {
    expect(lines.filter((line) => line.trim().split(' ')[0] === program)).toHaveLength(1);
  }
  expect(error.hint).toContain('qemu-system-x86');
  expect(said).toEqual([]);
});

it('REPRO_NO_INSTALL: told, not installed', async () => {
  await hostWith(...all.filter((name) => name !== 'mmdebstrap'));
  vi.stubEnv('REPRO_NO_INSTALL', '1');
  const { error, said } = await refusal();
  expect(error.message).toMatch(/^REPRO_NO_INSTALL is set.*:\n {2}mmdebstrap .*$/);
  expect(error.hint).toBe('sudo apt-get install mmdebstrap');
  expect(said).toEqual([]);
});

it('neither root nor sudo: told', async () => {
  await hostWith(...all.filter((name) => name !== 'cpio'));
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  const { error } = await refusal();
  expect(error.message).toContain('this user is not root, there is no sudo');
});

it('an apt that fails is named, with what is still missing', async () => {
  await hostWith(...all.filter((name) => name !== 'cpio'));
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  const { error, said } = await refusal();
  expect(said[1]).toMatch(/^ {2}cpio: cpio packs the initrd$/);
  expect(error.message).toMatch(/^'apt-get update -q' failed with exit code 1; still missing:\n {2}cpio /);
});

it('a file that cannot be executed is not a program', async () => {
  await hostWith('tar');
  await writeFile(join(root.dir, 'bin', 'cpio'), '');
  expect(await findProgram('cpio')).toBeUndefined();
  expect(await findProgram('tar')).toBe(join(root.dir, 'bin', 'tar'));
  await expect(access(join(root.dir, 'bin', 'tar'), constants.X_OK)).resolves.toBeUndefined();
});
