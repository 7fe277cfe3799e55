import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Kernel } from '../../../scripts/artifact/types.ts';
import { chooseAccelerator, type Emulator, findEmulator } from '../../../vm/qemu/emulator.ts';
import { isolatedState, temporaryDir } from '../support.ts';

const access = vi.hoisted(() => vi.fn<() => Promise<void>>());
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  access,
}));

const { signal } = new AbortController();
const artifact = { component: 'kernel', version: '6.12', packageVersion: '6.12-1', source: 'deb:trixie' };
const kernel: Kernel = {
  release: '6.12.0',
  artifact: { ...artifact, sha256: '', size: 0, locator: {} },
  vmlinuz: '/k/vmlinuz',
  initrd: '/k/initrd',
  sha256: '',
  modules: { name: 'modules', file: '/k/modules', sha256: '', bytes: 0 },
  config: {},
};

/** A QEMU that is a shell script; `$LOG` is its serial log. */
async function fakeQemu(script: string): Promise<Emulator> {
  const binary = join(await temporaryDir(), 'qemu');
  const log = `for arg; do case $arg in file,id=console,path=*) LOG=\${arg#*path=}; LOG=\${LOG%,append=on};; esac; done`;
  await writeFile(binary, `#!/bin/sh\n${log}\n${script}\n`);
  await chmod(binary, 0o755);
  return { binary, version: '7.2.22', major: 7, build: 'QEMU emulator version 7.2.22' };
}

/** A host of the kind that the probe is about, with this answer for /dev/kvm. */
async function host(kvm: 'opens' | 'EACCES' | 'ENOENT', platform = 'linux', arch = 'x64'): Promise<string> {
  const root = await isolatedState();
  vi.stubEnv('REPRO_ACCEL', '');
  access.mockImplementation(async () => {
    if (kvm !== 'opens') throw Object.assign(new Error(kvm), { code: kvm });
  });
  for (const [key, value] of Object.entries({ platform, arch })) {
    const before = Object.getOwnPropertyDescriptor(process, key) ?? {};
    Object.defineProperty(process, key, { ...before, value });
    onTestFinished(() => {
      Object.defineProperty(process, key, before);
    });
  }
  return join(root, 'state/repro/accelerator.json');
}

const WORKS = 'echo "repro-init: probe ok" >"$LOG"';
const NEVER = 'echo "it was started" >&2; exit 9';

describe('REPRO_ACCEL', () => {
  it.each(['kvm', 'hvf', 'tcg'])('%s decides without asking', async (accel) => {
    await host('ENOENT');
    vi.stubEnv('REPRO_ACCEL', accel);
    expect(await chooseAccelerator(await fakeQemu(NEVER), kernel, signal)).toEqual({
      accelerator: accel,
      why: 'REPRO_ACCEL says so',
      remembered: false,
    });
  });

  it('refuses any other word', async () => {
    await host('ENOENT');
    vi.stubEnv('REPRO_ACCEL', 'warp');
    await expect(chooseAccelerator(await fakeQemu(NEVER), kernel, signal)).rejects.toMatchObject({
      name: 'UsageError',
      message: "REPRO_ACCEL is 'warp'; it can be kvm, hvf or tcg",
    });
  });
});

describe('a host that has nothing to offer', () => {
  it.each([
    ['EACCES', 'linux', 'x64', '/dev/kvm may not be opened by this user'],
    ['ENOENT', 'linux', 'x64', 'this host has no /dev/kvm'],
    ['opens', 'linux', 'arm64', 'the guest is x86-64 and this host is arm64'],
    ['opens', 'darwin', 'arm64', 'the guest is x86-64 and this Mac is not'],
  ] as const)('%s, %s, %s: %s', async (kvm, platform, arch, why) => {
    await host(kvm, platform, arch);
    const choice = await chooseAccelerator(await fakeQemu(NEVER), kernel, signal);
    expect(choice).toEqual({ accelerator: 'tcg', why, remembered: false });
  });
});

describe('a host that has something', () => {
  it('takes kvm when a kernel booted with it, and remembers', async () => {
    const memory = await host('opens');
    const choice = await chooseAccelerator(await fakeQemu(WORKS), kernel, signal);
    expect(choice).toEqual({
      accelerator: 'kvm',
      why: 'a kernel booted with kvm here',
      remembered: false,
    });
    expect(JSON.parse(await readFile(memory, 'utf8')).key).toBe(`kvm qemu=7.2.22 host=${release()}`);
    const again = await chooseAccelerator(await fakeQemu(NEVER), kernel, signal);
    expect(again).toEqual({ ...choice, remembered: true });
  });

  it('asks again when told to, and for another QEMU', async () => {
    await host('opens');
    await chooseAccelerator(await fakeQemu(WORKS), kernel, signal);
    const other = await fakeQemu(NEVER);
    const fresh = await chooseAccelerator(other, kernel, signal, { fresh: true });
    expect(fresh).toMatchObject({ accelerator: 'tcg', remembered: false });
    const newer = { ...(await fakeQemu(WORKS)), version: '10.0.0', major: 10 };
    expect(await chooseAccelerator(newer, kernel, signal)).toMatchObject({
      accelerator: 'kvm',
      remembered: false,
    });
  });

  it.each([
    [NEVER, 'kvm is there, but QEMU refused it (it was started)'],
    [
      'printf "Booting\\r\\n\\033[0mstuck\\r\\n" >"$LOG"',
      'kvm is there, but a kernel did not boot with it (stuck)',
    ],
    [': >"$LOG"', 'kvm is there, but a kernel did not boot with it (it printed nothing)'],
  ])('emulates when the probe fails: %s', async (script, why) => {
    await host('opens');
    expect(await chooseAccelerator(await fakeQemu(script), kernel, signal)).toEqual({
      accelerator: 'tcg',
      why,
      remembered: false,
    });
  });

  it('takes hvf on an Intel Mac', async () => {
    await host('ENOENT', 'darwin');
    expect(await chooseAccelerator(await fakeQemu(WORKS), kernel, signal)).toMatchObject({
      accelerator: 'hvf',
    });
  });

  it('a torn memory is as good as none', async () => {
    const memory = await host('opens');
    await mkdir(join(memory, '..'), { recursive: true });
    await writeFile(memory, '{"key": "kv');
    expect(await chooseAccelerator(await fakeQemu(WORKS), kernel, signal)).toMatchObject({
      accelerator: 'kvm',
      remembered: false,
    });
  });
});

describe('findEmulator', () => {
  async function onPath(script: string): Promise<void> {
    const { binary } = await fakeQemu(script);
    const dir = await temporaryDir();
    await writeFile(join(dir, 'qemu-system-x86_64'), `#!/bin/sh\nexec ${binary}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${dir}:${process.env.PATH}`);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
  }

  it('reads the version as Debian prints it', async () => {
    const build = 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)';
    await onPath(`printf '%s\\nCopyright\\n' "${build}"`);
    expect(await findEmulator()).toEqual({
      binary: 'qemu-system-x86_64',
      version: '7.2.22',
      major: 7,
      build,
    });
  });

  it('says so when there is no version', async () => {
    await onPath('echo hello');
    await expect(findEmulator()).rejects.toMatchObject({ code: 'qemu-version' });
  });
});
