/** What every suite relies on, with real machines: commands, files, sockets, layers, fresh identities, cgroup v1. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Cache } from '../../scripts/artifact/cache.ts';
import { Store } from '../../scripts/artifact/store.ts';
import { cacheDir } from '../../scripts/lib/paths.ts';
import { prepareScript } from '../../scripts/node/prepare.ts';
import type { Machine, MachineSpec } from '../../vm/machine.ts';
import { QemuProvider } from '../../vm/qemu/provider.ts';
import { providerContract } from '../vm/contract.ts';
import { cannotRun } from './can-run.ts';

const skip = await cannotRun();

const signal = new AbortController().signal;
const dir = mkdtempSync(join(tmpdir(), 'repro-test-machine-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const cache = new Cache(cacheDir());
const store = new Store(cache);
const resolve = (component: string, spec: string) => store.resolve({ component, spec, sources: [] }, signal);

async function specOf(id: string, kernel: string, cgroup: 'v1' | 'v2'): Promise<MachineSpec> {
  return {
    id,
    session: `test${process.pid}`,
    cgroup,
    cpus: 2,
    memoryMiB: 768,
    diskMiB: 2048,
    image: await store.image('trixie', signal),
    kernel: await store.kernel(await resolve('kernel', kernel), signal),
    network: false,
    layers: [],
    logDir: join(dir, id),
    keep: false,
    bootTimeout: 180_000,
    // Why a machine booted cold, if one does.
    notice: (line) => console.warn(`${id}: ${line}`),
  };
}

describe.skipIf(skip)('QEMU as a provider', () => {
  providerContract({
    kind: 'qemu',
    state: join(dir, 'state'),
    async spec() {
      const { id: _, session: __, logDir: ___, keep: ____, ...rest } = await specOf('', 'deb:trixie', 'v2');
      return rest;
    },
    async layers() {
      const found = [];
      for (const [suite, version] of [
        ['deb:trixie', '1.1.15'],
        ['deb:bookworm', '1.1.5'],
      ] as const) {
        const resolved = await resolve('runc', suite);
        expect(resolved.version).toBe(version);
        found.push({
          layer: await store.layer(resolved, signal),
          version: `runc version ${version}`,
        });
      }
      return found;
    },
    versionOf: ['runc', '--version'],
    // The kernel panics, and the command has no answer.
    lose: (machine) => machine.exec('echo c >/proc/sysrq-trigger').catch(() => undefined),
  });
});

describe.skipIf(skip)('a virtual machine', () => {
  const provider = new QemuProvider({ store: cache });
  let machine: Machine;

  beforeAll(async () => {
    vi.stubEnv('XDG_STATE_HOME', join(dir, 'state'));
    machine = await provider.allocate(await specOf('m1', 'deb:trixie', 'v2'), signal);
  });
  afterAll(() => machine?.[Symbol.asyncDispose]());

  it('tells what it is', async () => {
    expect(machine.facts).toMatchObject({
      provider: 'qemu',
      start: 'warm',
      cgroup: 'v2',
      cpus: 2,
      memoryMiB: 768,
    });
    expect(await machine.console()).toContain('repro: ready');
  });

  it('has the cgroups that it has after a boot', async () => {
    await using booted = await new QemuProvider().allocate(await specOf('m4', 'deb:trixie', 'v2'), signal);
    expect(booted.facts.start).toBe('cold');
    // Each part of the boot leaves its mark, so that `doctor --boot` can show them all.
    expect(((await booted.startPhases?.()) ?? []).map(({ name }) => name)).toEqual([
      ...['prepare', 'disk', 'firmware', 'kernel', 'initrd', 'systemd', 'services', 'agent'],
      ...['answer', 'attach'],
    ]);
    // Services and their resources; the agent's own commands come and go.
    const tree =
      'cd /sys/fs/cgroup && find . -type d | grep -v "/repro-agent" | sort; cat cgroup.controllers cgroup.subtree_control';
    expect((await machine.exec(tree)).stdout).toBe((await booted.exec(tree)).stdout);
  });

  it('rewrites no code of its kernel when cgroups come and go', async () => {
    // The kernel itself says which switch it turns (static keys), whatever loglevel.
    const kernelArgs = ['tp_printk', 'kprobe_event=p:switch,jump_label_update,key=%di:symbol'];
    const spec = { ...(await specOf('m6', 'deb:trixie', 'v2')), kernelArgs, cold: true };
    await using other = await provider.allocate(spec, signal);
    const began = await other.console();
    expect(began).toContain('key=cpusets_enabled_key');
    const resources = ['AllowedCPUs=0', 'CPUQuota=50%', 'MemoryMax=50M', 'DevicePolicy=closed'];
    const properties = resources.flatMap((one) => ['-p', one]);
    expect(await other.exec(['systemd-run', '--wait', ...properties, 'true'])).toMatchObject({ exitCode: 0 });
    // containerd, and containers of runc, which seals itself by an overlay, with both cgroup drivers.
    const layers = [await resolve('runc', 'deb:forky'), await resolve('containerd', 'deb:trixie')];
    await other.attach(await Promise.all(layers.map((one) => store.layer(one, signal))));
    expect(await other.exec(prepareScript(), { timeout: 180_000 })).toMatchObject({ exitCode: 0 });
    expect((await other.console()).slice(began.length)).not.toContain('key=');
  });

  it('lets runc seal itself by an overlay, as on a node, with one layer and with more', async () => {
    const layers = [
      await store.layer(await resolve('runc', 'deb:forky'), signal),
      await store.layer(await resolve('containerd', 'deb:bookworm'), signal),
    ];
    const container = `set -e
mkdir -p /var/lib/repro/sealed/rootfs && cd /var/lib/repro/sealed
[ -e config.json ] || runc spec
sed -i 's|"terminal": true|"terminal": false|' config.json
runc --debug create --bundle . sealed </dev/null 2>&1 || true
runc delete --force sealed 2>/dev/null || true`;
    for (const layer of layers) {
      await machine.attach([layer]);
      // libcontainer/exeseal: what it says of either way is at the level of debugging.
      expect((await machine.exec(container)).stdout).toContain('using overlayfs for sealed');
    }
    expect((await machine.exec(['containerd', '--version'])).stdout).toContain('containerd');
    expect((await machine.exec(['dmesg'])).stdout).not.toContain('stacking depth');
  });

  it('says which layer it cannot take on', async () => {
    const resolved = await resolve('runc', 'deb:trixie');
    const layer = await store.layer(resolved, signal);
    const bad = { ...layer, file: join(dir, 'bad.squashfs'), sha256: '0'.repeat(64), name: 'bad' };
    writeFileSync(bad.file, randomBytes(1 << 20));
    await expect(machine.attach([bad])).rejects.toMatchObject({
      code: 'attach-failed',
      message: expect.stringContaining('mounting bad'),
    });
    await machine.attach([layer]);
    expect((await machine.exec(['runc', '--version'])).stdout).toContain('runc version');
  });

  it('is gone when disposed of, and its console stays', async () => {
    await machine[Symbol.asyncDispose]();
    expect(readFileSync(join(dir, 'm1/console.log'), 'latin1')).toContain('repro: ready');
  });

  it('has the memory controller of cgroup v1 with a kernel that has it', async () => {
    await using v1 = await provider.allocate(await specOf('m2', 'deb:bookworm', 'v1'), signal);
    const { stdout } = await v1.exec(
      'mkdir /sys/fs/cgroup/memory/x && echo 10485760 >/sys/fs/cgroup/memory/x/memory.limit_in_bytes && ' +
        'cat /sys/fs/cgroup/memory/x/memory.limit_in_bytes; grep -w memory /proc/cgroups; uname -r',
    );
    expect(stdout).toMatch(/^10485760\nmemory\s+[1-9]\d*\s+\d+\s+1\n6\.1\./);
    expect(v1.facts).toMatchObject({ cgroup: 'v1', start: 'warm' });
  });
});

describe.skipIf(skip)('the way out of a machine', () => {
  /** What a guest gets from a server on this host's loopback: straight, and by its proxy. */
  async function reach(id: string, network: MachineSpec['network'], port: number) {
    const provider = new QemuProvider({ store: cache });
    const spec = { ...(await specOf(id, 'deb:trixie', 'v2')), network };
    await using machine = await provider.allocate(spec, signal);
    const ask = async (script: string) => (await machine.exec(script, { timeout: 120_000 })).stdout;
    const straight = `exec 3<>/dev/tcp/10.0.2.2/${port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`;
    const proxied = `http_proxy=$http_proxy busybox wget -q -T 30 -O - http://127.0.0.1:${port}/ 2>&1`;
    return {
      start: machine.facts.start,
      straight: await ask(`timeout 20 bash -c ${JSON.stringify(straight)} 2>&1`),
      proxied: await ask(`${proxied}; true`),
      environment: await ask(
        'echo $http_proxy; systemctl show-environment | grep -i _proxy | sort | head -2',
      ),
    };
  }

  it('leads to no address of the host that the scenario does not name', async () => {
    vi.stubEnv('XDG_STATE_HOME', join(dir, 'state'));
    let asked = 0;
    const server = createServer((_, answer) => {
      asked++;
      answer.end('the host');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    try {
      const closed = await reach('n1', { allow: [] }, port);
      expect(closed.start).toBe('warm');
      expect(closed.straight).not.toContain('the host');
      expect(closed.proxied).toContain('403 Forbidden');
      expect(closed.environment).toMatch(/^http:\/\/10\.0\.2\.100:3128\n(?:HTTPS?|NO)_PROXY=/);
      expect(asked).toBe(0);
      const named = await reach('n2', { allow: [`127.0.0.1:${port}`] }, port);
      expect(named.straight).not.toContain('the host');
      expect(named.proxied).toBe('the host');
      expect(asked).toBe(1);
      const none = await reach('n3', false, port);
      expect([none.straight, none.proxied].join()).not.toContain('the host');
      expect(none.environment).toBe('\n');
      expect(asked).toBe(1);
    } finally {
      server.close();
    }
  }, 400_000);
});
