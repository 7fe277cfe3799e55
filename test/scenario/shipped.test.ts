/** Every scenario that comes with the package loads and plans. */
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { listScenarios, loadScenario } from '../../scripts/scenario/load.ts';
import { names } from './fixture.ts';

const cwd = packageRoot();
const load = (name: string) => loadScenario(name, { cwd });

describe('a shipped scenario', () => {
  it.each(listScenarios({ cwd }).map(({ name }) => name))(
    '%s loads, asks something, and expects something',
    (name) => {
      const scenario = load(name);
      expect(scenario.question).not.toBe('');
      expect(scenario.expect).not.toEqual([]);
      expect(scenario.cells).not.toEqual([]);
    },
  );
});

it('containerd16-cgroupfs is two cells that differ in runc alone', () => {
  const scenario = load('containerd16-cgroupfs');
  expect(names(scenario)).toEqual([
    'runc=1.1.5,containerd=1.6,cgroupDriver=cgroupfs,cgroup=v2,memoryLimit=12Mi',
    'runc=1.1.15,containerd=1.6,cgroupDriver=cgroupfs,cgroup=v2,memoryLimit=12Mi',
  ]);
  expect(scenario.cells.map((cell) => cell.expect?.verdict)).toEqual(['good', 'bad']);
});

it('oom-4427 runs the grid, and names cgroup v1 on 6.12 as unsupported', () => {
  const { cells, unsupported } = load('oom-4427');
  expect(cells).toHaveLength(24);
  expect(new Set(cells.map(({ axes }) => `${axes.cgroup} on ${axes.kernel}`))).toEqual(
    new Set(['v2 on 6.12', 'v1 on 6.1']),
  );
  expect(unsupported).toHaveLength(12);
  for (const { axes, reason } of unsupported) {
    expect(axes).toMatchObject({ cgroup: 'v1', kernel: '6.12' });
    expect(reason).toMatch(/^cgroup v1: kernel 6\.12 is built without/);
  }
  for (const { axes, expect: expected } of cells) {
    const verdict = axes.runc !== '1.1.15' ? 'good' : axes.cgroupDriver === 'cgroupfs' ? 'bad' : undefined;
    expect(expected?.verdict, JSON.stringify(axes)).toBe(verdict);
  }
});

it('kubelet-oom-4427 is the report: a real kubelet, 15Mi, both drivers, one bad runc between two good ones', () => {
  const { cells, suite } = load('kubelet-oom-4427');
  expect(suite.id).toBe('kubelet');
  expect(
    cells.map(({ axes, expect: expected }) => [axes.runc, axes.cgroupDriver, expected?.verdict]),
  ).toEqual([
    ['1.1.5', 'cgroupfs', 'good'],
    ['1.1.5', 'systemd', 'good'],
    ['1.1.15', 'cgroupfs', 'bad'],
    ['1.1.15', 'systemd', undefined],
    ['1.3.6', 'cgroupfs', 'good'],
    ['1.3.6', 'systemd', 'good'],
  ]);
  expect(cells.every(({ timeout }) => timeout === 300)).toBe(true);
});

it('kube-reserved asks about three quantities and a part', () => {
  const { cells } = load('kube-reserved');
  expect(cells.map(({ axes }) => axes.kubeReserved)).toEqual(['15Mi', '20Mi', '100Mi', '0.35']);
});

it('mitigations-4427 crosses limits, drivers and runc', () => {
  expect(load('mitigations-4427').cells).toHaveLength(24);
});

it('smoke is one cell and one sample, from one source', () => {
  const { cells, sources } = load('smoke');
  expect(cells.map(({ samples }) => samples)).toEqual([1]);
  expect(sources).toEqual(['deb:trixie']);
});

it('time-namespace is not about memory', () => {
  const { suite, cells } = load('time-namespace');
  expect(suite.id).toBe('script');
  expect(cells.map((cell) => cell.expect?.verdict)).toEqual(['bad', 'good', 'bad', 'good']);
});
