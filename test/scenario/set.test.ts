import { describe, expect, it } from 'vitest';
import { parseSet } from '../../scripts/scenario/set.ts';
import { names, scenarioOf } from './fixture.ts';

const scenario = {
  axes: { runc: ['1.1.5', '1.1.15'], cgroupDriver: ['cgroupfs'] },
  include: [{ runc: '1.3.6' }],
  exclude: [{ runc: '1.1.5' }],
  overrides: [{ when: { runc: '1.1.15' }, samples: 9 }],
  expect: [
    { when: { runc: '1.1.15' }, verdict: 'bad' },
    { when: {}, verdict: 'good' },
  ],
};

describe('parseSet', () => {
  it('collects values by axis', () => {
    expect(parseSet(['runc=1.1.5,1.3.6', 'kernel=6.1', 'runc=1.3.6', 'runc=1.4.3'])).toEqual({
      runc: ['1.1.5', '1.3.6', '1.4.3'],
      kernel: ['6.1'],
    });
  });

  it.each(['runc', 'runc=', '=1.1.5'])('refuses %s', (text) => {
    expect(() => parseSet([text])).toThrow(`--set ${text}: must be axis=value, such as runc=1.1.15`);
  });
});

describe('--set', () => {
  it('replaces the values of an axis; what was included with another value goes', () => {
    const set = scenarioOf(scenario, { runc: ['1.3.6', '1.4.3'] });
    expect(names(set)).toEqual(['runc=1.3.6,cgroupDriver=cgroupfs', 'runc=1.4.3,cgroupDriver=cgroupfs']);
    expect(set.axes).toEqual({ runc: ['1.3.6', '1.4.3'], cgroupDriver: ['cgroupfs'] });
  });

  it('drops expectations that choose nothing any more', () => {
    const set = scenarioOf(scenario, { runc: ['1.3.6'] });
    expect(set.expect).toEqual([{ when: {}, verdict: 'good' }]);
    expect(set.cells[0]).toMatchObject({ samples: 5, expect: { verdict: 'good' } });
  });

  it('keeps selectors that still choose something', () => {
    const set = scenarioOf(scenario, { cgroupDriver: ['systemd'] });
    expect(names(set)).toEqual(['runc=1.1.15,cgroupDriver=systemd', 'runc=1.3.6,cgroupDriver=systemd']);
    expect(set.cells[0]).toMatchObject({ samples: 9, expect: { verdict: 'bad' } });
  });

  it('adds an axis that the scenario does not have', () => {
    const set = scenarioOf(scenario, { kernel: ['6.1'], count: ['3'] });
    expect(set.cells[0]?.id).toBe('test/runc=1.1.15,cgroupDriver=cgroupfs,kernel=6.1,count=3');
    expect(set.cells[0]?.params.count).toBe(3);
  });

  it('reports the points that become unsupported', () => {
    const set = scenarioOf(scenario, { cgroup: ['v2', 'v1'] });
    // The included point takes the first value.
    expect(names(set)).toEqual([
      'runc=1.1.15,cgroupDriver=cgroupfs,cgroup=v2',
      'runc=1.3.6,cgroupDriver=cgroupfs,cgroup=v2',
    ]);
    expect(set.unsupported.map(({ axes }) => axes.runc)).toEqual(['1.1.15']);
  });

  it.each([
    [{ rnc: ['1.1.5'] }, '--set rnc: unknown axis; did you mean runc?'],
    [
      { containerd: ['1.6'] },
      "--set containerd: the suite oci doesn't run containerd: it would change nothing",
    ],
    [
      { cgroupDriver: ['systmd'] },
      '--set cgroupDriver=systmd: must be cgroupfs or systemd, not systmd; did you mean systemd?',
    ],
    [
      { runc: ['newest'] },
      '--set runc=newest: newest is neither a version, such as 1.1.15, nor a source, such as deb:trixie',
    ],
    [{ count: ['many'] }, '--set count=many: must be a number, not "many"'],
    [{ runc: [] }, '--set runc: needs at least one value'],
    [
      { rnc: ['1'], cgroup: ['v3'] },
      '--set rnc: unknown axis; did you mean runc?\n--set cgroup=v3: must be v2 or v1, not v3; did you mean v2?',
    ],
  ])('refuses %j', (set, message) => {
    expect(() => scenarioOf(scenario, set as Record<string, string[]>)).toThrow(
      expect.objectContaining({ message, exitCode: 2 }),
    );
  });

  it('takes a revision to build', () => {
    expect(names(scenarioOf(scenario, { runc: ['git:v1.1.15-614ce12f0', 'git:main~3'] }))).toEqual([
      'runc=git:v1.1.15-614ce12f0,cgroupDriver=cgroupfs',
      'runc=git:main~3,cgroupDriver=cgroupfs',
    ]);
    for (const [revision, why] of [
      ['', 'git: must be followed by a revision, such as git:v1.1.15'],
      ['v1..v2', 'v1..v2 is not a revision'],
      ['v1-', 'v1- is not a revision'],
      ['--output', '--output is not a revision'],
    ] as const) {
      expect(() => scenarioOf(scenario, { runc: [`git:${revision}`] })).toThrow(
        `--set runc=git:${revision}: ${why}`,
      );
    }
    expect(() => scenarioOf(scenario, { kernel: ['git:v6.12'] })).toThrow('kernels come from deb: alone');
  });

  it('takes the suite of a source package', () => {
    expect(names(scenarioOf(scenario, { runc: ['deb-src:sid'] }))).toEqual([
      'runc=deb-src:sid,cgroupDriver=cgroupfs',
    ]);
    expect(() => scenarioOf(scenario, { runc: ['deb-src:bookwrm'] })).toThrow(
      'did you mean deb-src:bookworm?',
    );
    expect(() => scenarioOf(scenario, { runc: ['deb-src:'] })).toThrow('deb-src: names no Debian suite');
  });

  it('refuses what leaves nothing to run', () => {
    expect(() => scenarioOf(scenario, { runc: ['1.1.5'] })).toThrow(
      'test.yaml: with these axes, no point is left',
    );
    expect(() => scenarioOf(scenario, { cgroup: ['v1'] })).toThrow(
      /with these axes, every combination is unsupported: cgroup v1/,
    );
  });

  it('refuses more points than can be meant', () => {
    const many = Array.from({ length: 101 }, (_, index) => `1.${index}`);
    expect(() => scenarioOf(scenario, { runc: many, kernel: many })).toThrow(
      '--set makes more than 10000 points',
    );
  });

  it('does not excuse the mistakes of the file', () => {
    const wrong = { ...scenario, expect: [{ when: { runc: '9' }, verdict: 'bad' }] };
    expect(() => scenarioOf(wrong, { runc: ['9'] })).toThrow(/runc is never 9/);
  });
});
