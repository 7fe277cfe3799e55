import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../scripts/scenario/load.ts';
import { RULES, whyUnsupported } from '../../scripts/scenario/unsupported.ts';
import { names, scenarioOf } from './fixture.ts';

const V1 = /^cgroup v1: kernel .* is built without its memory controller \(CONFIG_MEMCG_V1\)/;

const V1_SOMEWHERE = /cgroup v1: kernel .* is built without its memory controller/;

describe('cgroup v1', () => {
  const reason = (axes: Record<string, string>) => whyUnsupported({ axes, suite: 'oci', params: {} });

  it.each(['6.12', '6.12.30', 'v6.13', '7', '7.2', 'deb:trixie', 'deb:forky', 'deb:sid', 'deb:experimental'])(
    'does not exist on kernel %s',
    (kernel) => {
      expect(reason({ cgroup: 'v1', kernel })).toMatch(V1);
      expect(reason({ cgroup: 'v2', kernel })).toBeUndefined();
      expect(reason({ kernel })).toBeUndefined();
    },
  );

  it.each(['6.1', '6.1.120', '5.10', '5', 'deb:bookworm', 'deb:bullseye'])(
    'exists on kernel %s',
    (kernel) => {
      expect(reason({ cgroup: 'v1', kernel })).toBeUndefined();
    },
  );

  it('may exist where the machine has a kernel of its own, which nobody knows yet', () => {
    const axes = { cgroup: ['v1'] };
    expect(() => scenarioOf({ axes })).toThrow(/the default, is built without/);
    expect(names(scenarioOf({ axes, machine: { provider: 'docker' } }))).toEqual(['cgroup=v1']);
    // One that an axis names is what is asked for, whoever has it.
    const named = { axes: { ...axes, kernel: ['6.12'] }, machine: { provider: 'docker' } };
    expect(() => scenarioOf(named)).toThrow(V1_SOMEWHERE);
    const text = JSON.stringify({
      title: 'A',
      suite: 'oci',
      symptom: { case: 'fails' },
      axes: { cgroup: ['v2'] },
    });
    const set = { cgroup: ['v1'] };
    expect(names(parseScenario('a.yaml', text, { set, provider: 'docker' }))).toEqual(['cgroup=v1']);
    expect(() => parseScenario('a.yaml', text, { set })).toThrow(/every combination is unsupported/);
    expect(() => parseScenario('a.yaml', text, { set, provider: 'dokcer' })).toThrow(
      /every combination is unsupported/,
    );
  });

  // Some 6.x has it, and some release that isn't known may: only what was looked up will tell.
  it.each(['6', 'deb:bookworm-backports', 'mainline'])('may exist on kernel %s', (kernel) => {
    expect(reason({ cgroup: 'v1', kernel })).toBeUndefined();
  });

  it('does not exist on the default kernel', () => {
    expect(reason({ cgroup: 'v1' })).toMatch(/kernel 6\.12 \(deb:trixie\), the default, is built without/);
  });
});

describe('a CRI version', () => {
  const reason = (cri: string, containerd?: string, suite = 'cri') =>
    whyUnsupported({ axes: containerd === undefined ? {} : { containerd }, suite, params: { cri } });

  it.each([
    ['v1alpha2', '2.1', /^CRI v1alpha2: containerd 2\.1 speaks only v1;/],
    ['v1alpha2', '2', /^CRI v1alpha2: containerd 2 speaks/],
    ['v1alpha2', 'deb:sid', /^CRI v1alpha2: containerd 2\.1 \(deb:sid\) speaks/],
    ['v1alpha2', 'release:v2.0.1', /^CRI v1alpha2: containerd release:v2\.0\.1 speaks/],
    ['v1', 'deb:bullseye', /^CRI v1: containerd 1\.4 \(deb:bullseye\) speaks only v1alpha2;/],
    ['v1', '1.5.9', /^CRI v1: containerd 1\.5\.9 speaks/],
  ])('%s is not what containerd %s speaks', (cri, containerd, expected) => {
    expect(reason(cri, containerd)).toMatch(expected);
    expect(reason('auto', containerd)).toBeUndefined();
    expect(reason(cri, containerd, 'script')).toBeUndefined();
  });

  it.each([
    ['v1alpha2', '1.6'],
    ['v1alpha2', '1.7.24'],
    ['v1alpha2', undefined],
    ['v1alpha2', 'deb:experimental'],
    ['v1', '1'],
    ['v1', '1.6'],
    ['v1', '2.1'],
    ['v1', undefined],
  ])('%s is what containerd %s may speak', (cri, containerd) => {
    expect(reason(cri, containerd)).toBeUndefined();
  });
});

describe('cgroup v2', () => {
  const reason = (axes: Record<string, string>, suite = 'cri') => whyUnsupported({ axes, suite, params: {} });

  it.each(['1.3', '1.2.14', 'release:1.3.10'])('is not for containerd %s', (containerd) => {
    expect(reason({ containerd })).toMatch(/^cgroup v2: containerd .* knows only v1;/);
    expect(reason({ containerd, cgroup: 'v1', kernel: '6.1' })).toBeUndefined();
    expect(reason({ containerd }, 'script')).toBeUndefined();
  });

  it.each(['1', '1.4', 'deb:bullseye', 'release:1.4.0', 'deb:experimental'])(
    'may be for containerd %s',
    (containerd) => expect(reason({ containerd })).toBeUndefined(),
  );
});

describe('an unsupported point', () => {
  it('is not a cell, and its reason is told', () => {
    const { unsupported, ...scenario } = scenarioOf({
      axes: { runc: ['1.1.5'], cgroup: ['v2', 'v1'], kernel: ['6.12', '6.1'] },
    });
    expect(names(scenario)).toEqual([
      'runc=1.1.5,cgroup=v2,kernel=6.12',
      'runc=1.1.5,cgroup=v2,kernel=6.1',
      'runc=1.1.5,cgroup=v1,kernel=6.1',
    ]);
    expect(unsupported).toEqual([
      { axes: { runc: '1.1.5', cgroup: 'v1', kernel: '6.12' }, reason: expect.stringMatching(V1) },
    ]);
  });

  it('may be so because of an override', () => {
    const { cells, unsupported } = scenarioOf({
      suite: { id: 'cri' },
      axes: { containerd: ['1.6', '2.1'] },
      overrides: [{ when: { containerd: '2.1' }, params: { cri: 'v1alpha2' } }],
    });
    expect(cells).toHaveLength(1);
    expect(unsupported).toEqual([
      { axes: { containerd: '2.1' }, reason: expect.stringMatching(/^CRI v1alpha2/) },
    ]);
  });
});

it('every rule says where it is from', () => {
  for (const rule of RULES) expect(rule.source, rule.name).toMatch(/https:|\/boot\/config/);
});

describe('a kubelet and its runtime', () => {
  const reason = (axes: Record<string, string>, suite = 'kubelet') =>
    whyUnsupported({ axes, suite, params: {} });

  it.each([
    ['1.20', '2.1', 'CRI: kubelet 1.20 speaks only v1alpha2, containerd 2.1 only v1;'],
    ['deb-src:bookworm', 'deb:forky', 'CRI: kubelet 1.20 (deb-src:bookworm) speaks only v1alpha2,'],
    ['release:1.22.17', 'release:2.0.0', 'CRI: kubelet release:1.22.17 speaks only v1alpha2,'],
    ['1.26', '1.5', 'CRI: kubelet 1.26 speaks only v1, containerd 1.5 only v1alpha2;'],
    [
      '1.33',
      'deb:bullseye',
      'CRI: kubelet 1.33 speaks only v1, containerd 1.4 (deb:bullseye) only v1alpha2;',
    ],
  ])('of %s and %s have no common CRI', (kubelet, containerd, expected) => {
    expect(reason({ kubelet, containerd })?.startsWith(expected), reason({ kubelet, containerd })).toBe(true);
    expect(reason({ kubelet, containerd }, 'cri')).toBeUndefined();
  });

  it.each([
    ['1.20', '1.6'],
    ['1.20', '1.7'],
    ['1.22', '1.4'],
    ['1.23', '2.1'],
    ['1.25', '1.5'],
    ['1.26', '1.6'],
    ['1.33', '2.1'],
    ['git:main', '2.1'],
  ])('of %s and %s may work together', (kubelet, containerd) => {
    expect(reason({ kubelet, containerd })).toBeUndefined();
  });

  it('the default kubelet is 1.20', () => {
    expect(reason({ containerd: '2.1' })).toMatch(/^CRI: kubelet 1\.20 \(deb-src:bookworm\)/);
  });

  it.each([
    ['1.18', true],
    ['release:1.17.3', true],
    ['1.19', false],
    ['1.20', false],
  ])('%s and cgroup v2', (kubelet, unsupported) => {
    expect(reason({ kubelet, cgroup: 'v2' }) === undefined).toBe(!unsupported);
    expect(reason({ kubelet, cgroup: 'v1', kernel: '6.1' })).toBeUndefined();
  });
});

describe('cgroup drivers', () => {
  const reason = (cgroupDriver: string, params: Record<string, string | boolean>) =>
    whyUnsupported({ axes: { cgroupDriver }, suite: 'kubelet', params });

  it('that differ are refused, with both files', () => {
    expect(reason('systemd', { kubeletCgroupDriver: 'cgroupfs' })).toBe(
      'cgroup drivers differ: cgroupDriver: cgroupfs in /var/lib/kubelet/config.yaml, SystemdCgroup = true (systemd) in /etc/containerd/config.toml; params: { driverMismatch: true } allows it',
    );
    expect(reason('cgroupfs', { kubeletCgroupDriver: 'systemd' })).toMatch(/^cgroup drivers differ/);
  });

  it('may differ on purpose', () => {
    expect(reason('systemd', { kubeletCgroupDriver: 'cgroupfs', driverMismatch: true })).toBeUndefined();
  });

  it.each(['same', 'systemd'])('that are %s do', (own) => {
    expect(reason('systemd', { kubeletCgroupDriver: own })).toBeUndefined();
  });
});
