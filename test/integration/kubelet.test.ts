/** A real kubelet, built from Debian's source package where the cache doesn't have it, in real machines. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Cache } from '../../scripts/artifact/cache.ts';
import { Store } from '../../scripts/artifact/store.ts';
import { cacheDir, packageRoot } from '../../scripts/lib/paths.ts';
import type { Report } from '../../scripts/model/report.ts';
import { QemuProvider } from '../../vm/qemu/provider.ts';
import { Cli } from '../cli.ts';
import { preparedSuite, recordedSink } from '../suites/support.ts';
import { cannotRun } from './can-run.ts';

const skip = await cannotRun();
const cli = new Cli();
const fixture = (name: string) => join(packageRoot(), 'test/fixtures/scenarios/machine', `${name}.yaml`);

describe.skipIf(skip)('the kubelet suite', () => {
  let report: Report;
  const sample = (id: string) => report.cells[0]?.samples.find((one) => one.id === id);
  const file = (name: string, id?: string) => {
    const dir = join(cli.at('kubelet'), report.cells[0]?.dir ?? '');
    const path = id === undefined ? join(dir, name) : join(dir, 'samples', id.replace('#', '-'), name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };

  beforeAll(async () => {
    const { stdout, stderr } = await cli.run(['run', fixture('kubelet'), '--json', '--out', 'kubelet']);
    expect(stdout, stderr).not.toBe('');
    report = JSON.parse(stdout);
  });

  it('starts a small pod, with the peak of its cgroup', () => {
    expect(sample('pod-start#1')).toMatchObject({ outcome: 'passed', judged: 'good' });
    expect(sample('pod-start#1')?.metrics['memory.peak']?.value).toBeGreaterThan(1024 ** 2);
  });

  it('says of an OOM kill by the limit of all pods that it was expected', () => {
    const one = sample('node-allocatable-oom#1');
    expect(one).toMatchObject({ outcome: 'passed', judged: 'good' });
    expect(one?.oomKills).toMatchObject([
      { process: 'dd', constraint: 'memcg', oomMemcg: '/kubepods', expected: true },
    ]);
  });

  it('ran what the cell says, and kept the logs', () => {
    expect(report.cells[0]?.guest.kubelet?.reported).toBe('Kubernetes v1.20.2');
    expect(report.cells[0]?.artifacts.kubelet?.source).toMatch(/^deb-src:bookworm/);
    expect(file('kubelet.log')).toContain('Started kubelet');
    expect(file('kubelet-config.yaml')).toContain('cgroupDriver: cgroupfs');
    expect(file('pods.json', 'pod-start#1')).toContain('"phase":"Running"');
  });
});

describe.skipIf(skip)('a node that breaks while a pod runs', () => {
  const cache = new Cache(cacheDir());
  const store = new Store(cache);
  const { signal } = new AbortController();

  it('gives no answer, but the last words of what ended', async () => {
    vi.stubEnv('XDG_STATE_HOME', cli.at('state'));
    const kernel = await store.resolve({ component: 'kernel', spec: 'deb:trixie', sources: [] }, signal);
    const layer = async (component: string, spec: string) =>
      store.layer(await store.resolve({ component, spec, sources: [] }, signal), signal);
    await using machine = await new QemuProvider({ store: cache }).allocate(
      {
        id: 'kubelet',
        session: `test${process.pid}`,
        cgroup: 'v2',
        cpus: 2,
        memoryMiB: 1024,
        diskMiB: 4096,
        network: false,
        logDir: cli.at('node'),
        keep: false,
        bootTimeout: 180_000,
        image: await store.image('trixie', signal),
        kernel: await store.kernel(kernel, signal),
        layers: [
          await layer('runc', 'deb:forky'),
          await layer('containerd', 'deb:trixie'),
          await layer('kubelet', 'deb-src:bookworm'),
        ],
      },
      signal,
    );
    const params = { memoryLimit: '30Mi', allocate: '200Mi', kubeReserved: 0, kubeletCgroupDriver: 'same' };
    await using suite = await preparedSuite('kubelet', machine, params);
    const runAndKill = async (unit: string) => {
      const sink = recordedSink('pod-start#1');
      const thrown = suite.take({ caseId: 'pod-start', params, sink }, signal).then(
        () => undefined,
        (error) => error,
      );
      await machine.exec(`systemctl kill --signal=KILL ${unit}`, { signal });
      return { sink, thrown: await thrown };
    };
    const first = await runAndKill('repro-kubelet.service');
    expect(first.thrown).toMatchObject({ code: 'kubelet-died' });
    expect(first.sink.errors).toEqual([]);
    expect(first.sink.kept['kubelet-tail.log']).toMatch(/\S/);
    const second = await runAndKill('repro-containerd.service');
    expect(second.thrown).toMatchObject({ code: 'containerd-died' });
    expect(second.sink.kept['containerd-tail.log']).toMatch(/\S/);
  });
});
