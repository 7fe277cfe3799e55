/** Containers as machines, by a real Docker Engine of this test's own. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Cache } from '../../scripts/artifact/cache.ts';
import { Store } from '../../scripts/artifact/store.ts';
import { KernelLog } from '../../scripts/evidence/collect.ts';
import { cacheDir, packageRoot } from '../../scripts/lib/paths.ts';
import type { Report } from '../../scripts/model/report.ts';
import { findProgram } from '../../scripts/setup/tools.ts';
import { Engine } from '../../vm/docker/engine.ts';
import { cgroupOf } from '../../vm/docker/engine-info.ts';
import { DockerProvider } from '../../vm/docker/provider.ts';
import type { Machine, MachineSpec } from '../../vm/machine.ts';
import { QemuProvider } from '../../vm/qemu/provider.ts';
import { providerContract } from '../vm/contract.ts';
import { cannotRun } from './can-run.ts';
import { type OwnEngine, startDocker } from './docker-engine.ts';
import { startInGuest } from './docker-in-guest.ts';

const skip = (await cannotRun({ providers: ['docker', 'qemu'] })) || (await lacks('dockerd'));

async function lacks(program: string): Promise<boolean> {
  const why = process.getuid?.() !== 0 ? 'root' : (await findProgram(program)) === undefined ? program : '';
  if (why === '') return false;
  if (process.env.CI) throw new Error(`no engine can be started here, for lack of ${why}`);
  console.warn(`NOT TESTED: no engine can be started here, for lack of ${why}`);
  return true;
}

const signal = new AbortController().signal;
const dir = mkdtempSync(join(tmpdir(), 'repro-test-docker-'));
const cache = new Cache(cacheDir());
const store = new Store(cache);
const resolve = (component: string, spec: string) => store.resolve({ component, spec, sources: [] }, signal);
const layer = async (component: string, spec: string) => store.layer(await resolve(component, spec), signal);

let own: OwnEngine;
let cgroup: 'v1' | 'v2' = 'v2';
beforeAll(async () => {
  if (skip) return;
  own = await startDocker();
  vi.stubEnv('DOCKER_HOST', `unix://${own.socket}`);
  vi.stubEnv('XDG_STATE_HOME', join(dir, 'state'));
  cgroup = cgroupOf((await (await Engine.at(own.socket)).about()).info) ?? 'v2';
});
afterAll(async () => {
  await own?.[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

async function specOf(id: string): Promise<MachineSpec> {
  return {
    id,
    session: `test${process.pid}`,
    cgroup,
    cpus: 2,
    memoryMiB: 512,
    diskMiB: 4096,
    image: await store.image('trixie', signal),
    kernel: undefined,
    network: false,
    layers: [],
    logDir: join(dir, id),
    keep: false,
    bootTimeout: 180_000,
  };
}

/** The report of `repro run <scenario> --provider docker`, on the engine that `DOCKER_HOST` names. */
async function reproRun(scenario: string): Promise<Report> {
  const out = join(dir, `run-${scenario}`);
  const argv = ['scripts/repro.ts', 'run', scenario, '--provider', 'docker', '--samples', '1', '--jobs', '1'];
  const child = spawn(process.execPath, ['--import', 'tsx', ...argv, '--out', out], {
    cwd: packageRoot(),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await once(child, 'exit');
  return JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
}

/** Everything of machines that the engine has: containers, and volumes, which are machines' alone here. */
function left(): string {
  const docker = (...args: string[]) =>
    execFileSync('docker', ['--host', `unix://${own.socket}`, ...args], { encoding: 'utf8' });
  return docker('ps', '--all', '--quiet') + docker('volume', 'ls', '--quiet');
}

describe.skipIf(skip)('Docker Engine as a provider', () => {
  providerContract({
    kind: 'docker',
    state: join(dir, 'contract'),
    async spec() {
      const { id: _, session: __, logDir: ___, keep: ____, ...rest } = await specOf('');
      return rest;
    },
    async layers() {
      return [
        { layer: await layer('runc', 'deb:trixie'), version: 'runc version 1.1.15' },
        { layer: await layer('runc', 'deb:bookworm'), version: 'runc version 1.1.5' },
      ];
    },
    versionOf: ['runc', '--version'],
    // The first program ends, and with it the container.
    lose: (machine) => machine.exec('kill -s RTMIN+3 1; sleep 1000').catch(() => undefined),
  });
});

describe.skipIf(skip)('a container as a machine', () => {
  let machine: Machine;
  beforeAll(async () => {
    vi.stubEnv('DOCKER_HOST', `unix://${own.socket}`);
    vi.stubEnv('XDG_STATE_HOME', join(dir, 'state'));
    machine = await new DockerProvider().allocate(
      { ...(await specOf('m1')), layers: [await layer('runc', 'deb:trixie')] },
      signal,
    );
  });
  afterAll(() => machine?.[Symbol.asyncDispose]());

  it('has systemd, its own cgroups, and no failed unit', async () => {
    const { stdout } = await machine.exec('systemctl is-system-running; cat /proc/1/cgroup');
    expect(stdout).toMatch(/^running\n/);
    expect(stdout).toContain(':/init.scope');
    expect(stdout).not.toContain('docker');
  });

  it.each(['cgroupfs', 'systemd'])('runs containers with a memory limit by the driver %s', async (driver) => {
    const flag = driver === 'systemd' ? '--systemd-cgroup' : '';
    const path = driver === 'systemd' ? 'system.slice:repro:t' : '/repro/t';
    const said = await machine.exec(`set -e
mkdir -p /run/b-${driver}/rootfs/bin && cd /run/b-${driver}
cp /usr/bin/busybox rootfs/bin/busybox && ln -s busybox rootfs/bin/sh
runc spec
sed -i 's/"terminal": true/"terminal": false/; s/"sh"$/"sh","-c","busybox cat \\/proc\\/self\\/cgroup"/' config.json
sed -i 's|"resources": {|"resources": {"memory":{"limit":50000000},|; s|"linux": {|"linux": {"cgroupsPath":"${path}",|' config.json
runc ${flag} run t </dev/null`);
    expect(said).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/\/(?:repro\/t|repro-t\.scope)$/m),
    });
  });

  it('has no right to the one host that there is', async () => {
    const tries = {
      clock: 'date -s 2001-01-01',
      sysctl: 'echo 1 >/proc/sys/vm/drop_caches',
      sysrq: 'echo h >/proc/sysrq-trigger',
      log: 'echo word >/dev/kmsg',
      disks: 'mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk',
      modules: 'modprobe dummy || rmmod dummy',
    };
    for (const [what, command] of Object.entries(tries)) {
      expect([what, (await machine.exec(command)).exitCode]).not.toEqual([what, 0]);
    }
  });

  it("takes of the host's kernel log what is the machine's, and nothing else", async () => {
    const log = new KernelLog(machine);
    await log.begin('a#1');
    const hog = 'tail /dev/zero';
    // Not the machine's: in a cgroup of this host.
    const memory = cgroup === 'v1' ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup';
    const limit = cgroup === 'v1' ? 'memory.limit_in_bytes' : 'memory.max';
    const folder = `${memory}/repro-test-${process.pid}`;
    execFileSync('sh', [
      '-c',
      `mkdir ${folder}; echo 20000000 >${folder}/${limit}; sh -c 'echo $$ >${folder}/cgroup.procs; exec ${hog}'; rmdir ${folder}; true`,
    ]);
    await machine.exec(
      `systemd-run --quiet --wait --unit=victim -p MemoryMax=20M -p MemorySwapMax=0 ${hog}`,
      {
        timeout: 120_000,
      },
    );
    const sample = await log.end('a#1', []);
    expect(sample.incomplete).toBeUndefined();
    expect(log.findings('a#1').oomKills).toMatchObject([
      { process: 'tail', memcg: '/system.slice/victim.service', oomMemcg: '/system.slice/victim.service' },
    ]);
    expect(sample.text).toContain('Killed process');
    expect(log.text).toContain("the kernel's log is this host's");
    expect(log.text).not.toContain(`repro-test-${process.pid}`);
    expect(log.findings('a#1').kernelEvents).toEqual([]);
  });

  it('takes its own limit for what a node takes running out of memory for', async () => {
    const log = new KernelLog(machine);
    await log.begin('b#1');
    await machine.exec('tail /dev/zero', { timeout: 120_000 });
    await log.end('b#1', ['tail']);
    expect(log.findings('b#1').oomKills).toMatchObject([
      { process: 'tail', constraint: 'none', expected: false },
    ]);
  });

  it('opens a shell by the program of the engine', async () => {
    const argv = await machine.shell();
    expect(argv.slice(0, 3)).toEqual(['docker', '--host', `unix://${own.socket}`]);
    expect(argv).toContain('/bin/bash');
  });
});

describe.skipIf(skip)(
  'a machine in a machine, which has cgroup v2 and gives containers scopes of systemd',
  () => {
    it('has cgroups of its own, and the OOM kills in them', async () => {
      vi.stubEnv('XDG_STATE_HOME', join(dir, 'guest'));
      vi.stubEnv('REPRO_BOOT_TIMEOUT', '600');
      const host: MachineSpec = {
        ...(await specOf('host')),
        cgroup: 'v2',
        memoryMiB: 2048,
        kernel: await store.kernel(await resolve('kernel', 'deb:trixie'), signal),
        layers: [await layer('runc', 'deb:trixie'), await layer('containerd', 'deb:trixie')],
      };
      await using guest = await new QemuProvider({ store: cache }).allocate(host, signal);
      vi.stubEnv('DOCKER_HOST', `unix://${await startInGuest(guest)}`);
      const provider = new DockerProvider();
      expect((await provider.limits()).fixed).toMatchObject({
        kernel: { value: guest.facts.kernel },
        cgroup: { value: 'v2' },
      });
      // Userland and layer go through the guest's agent.
      const spec = { ...(await specOf('inner')), cgroup: 'v2' as const, bootTimeout: 600_000 };
      await using inner = await provider.allocate(
        { ...spec, layers: [await layer('runc', 'deb:trixie')] },
        signal,
      );
      expect(inner.facts).toMatchObject({ cgroup: 'v2', kernel: guest.facts.kernel });
      const { stdout } = await inner.exec('systemctl is-system-running; cat /proc/1/cgroup; runc --version');
      expect(stdout).toMatch(/^running\n0::\/init.scope\nrunc version 1.1.15/);
      const log = new KernelLog(inner);
      await log.begin('a#1');
      await guest.exec('systemd-run --quiet --wait --unit=other -p MemoryMax=20M tail /dev/zero', {
        timeout: 120_000,
      });
      await inner.exec('systemd-run --quiet --wait --unit=victim -p MemoryMax=20M tail /dev/zero', {
        timeout: 120_000,
      });
      expect((await log.end('a#1', [])).incomplete).toBeUndefined();
      expect(log.findings('a#1').oomKills).toMatchObject([
        { process: 'tail', constraint: 'memcg', oomMemcg: '/system.slice/victim.service' },
      ]);
    });
  },
);

describe.skipIf(skip)('an engine without space', () => {
  it('says so, and the next machine with space is whole', async () => {
    vi.stubEnv('XDG_STATE_HOME', join(dir, 'state'));
    await using small = await startDocker({ dataMiB: 60 });
    vi.stubEnv('DOCKER_HOST', `unix://${small.socket}`);
    await expect(new DockerProvider().allocate(await specOf('full'), signal)).rejects.toMatchObject({
      name: 'MachineError',
      message: expect.stringContaining("the disk of the engine's data is full"),
    });
    expect(await new DockerProvider().reap({ all: true })).toEqual([]);
  });
});

describe.skipIf(skip)('a machine that is kept', () => {
  it('outlives its run with what runs on it, has a shell, and goes when it is told to', async () => {
    vi.stubEnv('DOCKER_HOST', `unix://${own.socket}`);
    vi.stubEnv('XDG_STATE_HOME', join(dir, 'kept'));
    const file = join(dir, 'kept.json');
    const spec = { ...(await specOf('kept')), keep: true };
    writeFileSync(file, JSON.stringify(spec));
    const argv = ['--import', 'tsx', join(packageRoot(), 'test/vm/orphan.ts'), 'docker', file];
    const child = spawn(process.execPath, argv, { cwd: packageRoot(), stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const provider = new DockerProvider();
    expect(await provider.reap({ all: false })).toEqual([]);
    const [program = '', ...shell] = (await provider.kept(spec.logDir)) ?? [];
    const args = [...shell.filter((word) => word !== '--tty'), '-c', 'systemctl is-system-running'];
    expect(execFileSync(program, args, { encoding: 'utf8' })).toBe('running\n');
    expect(await provider.kept(join(dir, 'other'))).toBeUndefined();
    expect(await provider.reap({ all: true })).toMatchObject([{ id: 'kept' }]);
    expect(await provider.kept(spec.logDir)).toBeUndefined();
    expect(left()).toBe('');
  });
});

describe.skipIf(skip)('a killed process', () => {
  it('leaves nothing once it is reaped, whenever it was killed', async () => {
    vi.stubEnv('DOCKER_HOST', `unix://${own.socket}`);
    vi.stubEnv('XDG_STATE_HOME', join(dir, 'killed'));
    const before = left();
    const provider = new DockerProvider();
    for (const [number, ms] of [200, 1500, 2000, 2500, 3500, 6000].entries()) {
      const file = join(dir, `k${number}.json`);
      writeFileSync(file, JSON.stringify(await specOf(`k${number}`)));
      const argv = ['--import', 'tsx', join(packageRoot(), 'test/vm/orphan.ts'), 'docker', file];
      const child = spawn(process.execPath, argv, { cwd: packageRoot(), stdio: 'ignore' });
      await sleep(ms);
      child.kill('SIGKILL');
      await once(child, 'exit');
      // The engine may be at what it was asked for last.
      await sleep(1_000);
      await provider.reap({ all: false });
      expect(left()).toBe(before);
    }
  });
});

describe.skipIf(skip)('repro run --provider docker', () => {
  it('says which axes it could not vary, and gives a verdict where it could', async () => {
    vi.stubEnv('DOCKER_HOST', `unix://${own.socket}`);
    vi.stubEnv('XDG_STATE_HOME', join(dir, 'state'));
    const report = await reproRun('smoke');
    const text = JSON.stringify(report.notes);
    expect(text).toMatch(/can't vary kernel \(.*\), cgroup \(v[12]\)/);
    expect(report.cells.map(({ verdict }) => verdict.kind)).toEqual(['good']);
  });
});
