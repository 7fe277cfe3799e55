import { describe, expect, it } from 'vitest';
import {
  askedOf,
  type Candidate,
  chooseForAll,
  chooseProvider,
  refusalOf,
} from '../../scripts/runner/choose-provider.ts';
import { scenarioOf } from '../scenario/fixture.ts';

/** As a container engine on this host would have it. */
const docker: Candidate = {
  kind: 'docker',
  limits: {
    fixed: {
      kernel: { value: '6.1.0', why: 'its machines run on the kernel of this host, Linux 6.1.0' },
      cgroup: { value: 'v1', why: 'this host has cgroup v1' },
    },
  },
};
const qemu: Candidate = { kind: 'qemu', limits: { fixed: {} } };
const absent: Candidate = { kind: 'absent', limits: { unusable: 'no daemon answers', fixed: {} } };

/** What the one cell of such a scenario asks for. */
function asked(keys: Readonly<Record<string, unknown>>) {
  const scenario = scenarioOf(keys);
  const [cell] = scenario.cells;
  if (cell === undefined) throw new Error('no cell');
  return askedOf(cell, scenario);
}

const script = { id: 'script', params: { run: 'true' } };
const plain = asked({ suite: script, axes: { word: ['a'] } });
const v1 = asked({ suite: script, axes: { cgroup: ['v1'], kernel: ['6.1'] } }).slice(1);
const v2 = asked({ suite: script, axes: { cgroup: ['v2'] } });
const kernel = asked({ suite: script, axes: { kernel: ['6.12'] } });

describe('what a cell asks for', () => {
  it.each([
    ['nothing by default', { suite: script, axes: { word: ['a'] } }, []],
    [
      'what its axes name',
      { suite: script, axes: { kernel: ['6.12'], cgroup: ['v2'] } },
      ['kernel 6.12', 'cgroup v2'],
    ],
    ['the components of its suite', { suite: 'oci', axes: { memoryLimit: ['15Mi'] } }, ['components runc']],
    [
      'the components that axes name',
      { suite: script, axes: { runc: ['1.1.5'], crun: ['1.14'] } },
      ['components runc, crun'],
    ],
    [
      'a machine that is not as usual',
      {
        suite: script,
        axes: { word: ['a'] },
        machine: { cpus: 4, memory: '2Gi', disk: '8Gi', network: true },
      },
      ['cpus 4', 'memory 2048Mi', 'disk 8192Mi', 'network true'],
    ],
    [
      'to know what the kernel says, where a scenario has that fail a case',
      { suite: script, axes: { word: ['a'] }, kernelLog: { fail: ['oops', 'oom-kill'] } },
      ['kernelEvents oops'],
    ],
    [
      'pods, where its suite starts them',
      { suite: 'cri', axes: { memoryLimit: ['15Mi'] } },
      ['pods cri', 'components runc, containerd'],
    ],
    [
      'nothing by a machine that is',
      { suite: script, axes: { word: ['a'] }, machine: { cpus: 2, memory: '1Gi' } },
      [],
    ],
  ])('is %s', (_, keys, words) => {
    expect(asked(keys).map(({ ability, value }) => `${ability} ${value}`)).toEqual(words);
  });
});

describe('refusalOf', () => {
  it('is the reason for each thing that differs from what all machines have', () => {
    expect(refusalOf(docker, plain)).toBeUndefined();
    expect(refusalOf(docker, v1)).toBeUndefined();
    expect(refusalOf(docker, [...kernel, ...v2])).toBe(
      "docker can't vary kernel (6.12 is asked for): its machines run on the kernel of this host, Linux 6.1.0; " +
        "docker can't vary cgroup (v2 is asked for): this host has cgroup v1",
    );
    const most = { cpus: { value: 4, why: 'this host has 4' } };
    const large = (cpus: number) => asked({ suite: script, axes: { word: ['a'] }, machine: { cpus } });
    const small = { kind: 'docker', limits: { fixed: {}, most } };
    expect(refusalOf(small, large(4))).toBeUndefined();
    expect(refusalOf(small, large(8))).toBe(
      "docker can't give that much cpus (8 is asked for): this host has 4",
    );
    const noPods = { kind: 'docker', limits: { fixed: { pods: { why: 'root lacks a right' } } } };
    expect(refusalOf(noPods, asked({ suite: 'cri', axes: { memoryLimit: ['15Mi'] } }))).toBe(
      "docker can't start pods (cri is asked for): root lacks a right",
    );
    expect(refusalOf(absent, plain)).toBe('absent makes no machines here: no daemon answers');
  });
});

describe('a cell has its machine', () => {
  it('from the default, of which nothing need be said', () => {
    expect(chooseProvider(kernel, [qemu])).toBeUndefined();
  });

  it('from the only one, with what that has of its own', () => {
    expect(chooseProvider(plain, [docker])).toEqual({
      kind: 'docker',
      why: "it can't vary kernel (6.1.0), cgroup (v1)",
      fixed: { kernel: '6.1.0', cgroup: 'v1' },
    });
  });

  it('from nowhere, with the reason', () => {
    expect(chooseProvider(kernel, [docker])).toEqual({
      kind: 'docker',
      refused: expect.stringContaining("docker can't vary kernel"),
    });
    expect(chooseProvider(kernel, [absent, docker])?.refused).toMatch(/no daemon answers; docker can't vary/);
  });

  it.each([
    ['the first that can', [plain, docker, qemu], 'docker', 'the first of docker, qemu'],
    ['another where the first cannot', [v2, docker, qemu], 'qemu', "docker can't vary cgroup"],
    ['another where the first is not here', [plain, absent, qemu], 'qemu', 'no daemon answers'],
  ] as const)('from %s, and why', (_, [cell, ...candidates], kind, why) => {
    const chosen = chooseProvider(cell, candidates);
    expect(chosen).toMatchObject({ kind, why: expect.stringContaining(why) });
    expect(chosen?.refused).toBeUndefined();
  });
});

describe('cells that are compared have machines of one kind', () => {
  it('the first that can run all of them', () => {
    const chosen = chooseForAll([v1, v2], [docker, qemu]);
    expect(chosen.map((one) => one?.kind)).toEqual(['qemu', 'qemu']);
    expect(chosen[0]?.why).toBe('the first of docker, qemu that can run all cells, which are compared');
    expect(chooseForAll([v1, plain], [docker, qemu]).map((one) => one?.kind)).toEqual(['docker', 'docker']);
  });

  it('the first that is here, where none can run all', () => {
    const chosen = chooseForAll([v1, v2], [absent, docker]);
    expect(chosen.map((one) => [one?.kind, one?.refused === undefined])).toEqual([
      ['docker', true],
      ['docker', false],
    ]);
  });

  it('the default without a word', () => {
    expect(chooseForAll([v1, v2], [qemu])).toEqual([undefined, undefined]);
  });
});
