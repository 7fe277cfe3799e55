import { describe, expect, test } from 'vitest';
import { Attribution, sampleSlug } from '../../scripts/evidence/attribute.ts';
import { parseKernelLog } from '../../scripts/evidence/kernel-log.ts';
import { attributeOomKills, sampleMarker } from '../../scripts/evidence/marks.ts';
import { OomKillReader } from '../../scripts/evidence/oom-kills.ts';

const kill = (pid: number, memcg?: string, process = 'dd') =>
  [
    ...(memcg === undefined
      ? []
      : [
          `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${memcg},task_memcg=${memcg},task=${process},pid=${pid},uid=0`,
        ]),
    `Memory cgroup out of memory: Killed process ${pid} (${process}) total-vm:4kB, anon-rss:1kB, file-rss:2kB, shmem-rss:3kB, UID:5 pgtables:6kB oom_score_adj:7`,
  ].join('\n');
const begin = (id: string) => sampleMarker(id, 'begin');
const end = (id: string) => sampleMarker(id, 'end');

function attributed(lines: string[], expected: Record<string, string[]> = {}) {
  const { entries } = parseKernelLog(lines.map((line) => `${line}\n`).join(''));
  return attributeOomKills(entries, new Map(Object.entries(expected)));
}
const samples = (...lines: string[]) => attributed(lines).map(({ sample }) => sample);

test('markers are the agreed text', () => {
  expect(begin('start#1')).toBe('repro: sample start#1 begin');
});

test.each([
  ['start#1', 'start-1'],
  ['start-many#12', 'start-many-12'],
  ['My Case_é#3', 'my-case-3'],
  ['#', ''],
])('slug of %s', (id, slug) => {
  expect(sampleSlug(id)).toBe(slug);
});

test('by the markers around it', () => {
  expect(samples(kill(1), begin('a#1'), kill(2), end('a#1'), kill(3), begin('a#2'), kill(4))).toEqual([
    undefined,
    'a#1',
    undefined,
    'a#2',
  ]);
});

test('without an end marker the sample that began last counts', () => {
  expect(samples(begin('a#1'), begin('a#2'), kill(1), end('a#1'), kill(2), end('a#2'), kill(3))).toEqual([
    'a#2',
    'a#2',
    undefined,
  ]);
});

test('after its end, a kill in the cgroup of the last sample is its own', () => {
  expect(samples(begin('a#1'), end('a#1'), kill(1, '/repro/a-1'), kill(2, '/x'))).toEqual(['a#1', undefined]);
});

test('a cgroup of the running sample may be named as it likes below its own, and after no sample', () => {
  const names = ['/repro/a-2', '/repro/a-2/a-1', '/x', '/repro/a-3', '/x/a-2'];
  expect(
    samples(begin('a#1'), end('a#1'), begin('a#2'), ...names.map((name, at) => kill(at + 1, name))),
  ).toEqual(names.map(() => 'a#2'));
});

describe('a kill in a cgroup that is named after another sample', () => {
  const read = (...lines: string[]) => {
    const attribution = new Attribution();
    const reader = new OomKillReader();
    const added = lines.flatMap((line) => {
      const [, id = '', moment] = /^repro: sample (.+) (begin|end)$/.exec(line) ?? [];
      if (moment === 'begin') attribution.begin(id);
      if (moment === 'end') attribution.end(id);
      const { entries } = parseKernelLog(`${line}\n`);
      return entries.flatMap((entry) => {
        const found = reader.read(entry);
        return found === undefined ? [] : [attribution.add(found)];
      });
    });
    return { attribution, added };
  };

  test('belongs to nobody while a sample runs, and both are in doubt', () => {
    const { attribution, added } = read(
      begin('a#1'),
      end('a#1'),
      begin('a#2'),
      end('a#2'),
      begin('a#3'),
      kill(1, '/repro/a-1/a-3'),
    );
    expect(added).toEqual([{ sample: undefined, late: ['a#1'] }]);
    for (const id of ['a#1', 'a#3']) {
      expect(attribution.doubtOf(id)).toBe(
        'an OOM kill came while a#3 ran, in a cgroup that is named after a#1 (/repro/a-1/a-3), ' +
          "so it can't be told whose it is",
      );
      expect(attribution.killsOf(id)).toEqual([]);
    }
    expect(attribution.doubtOf('a#2')).toBeUndefined();
    expect(attribution.killsOf(undefined)).toHaveLength(1);
  });

  test('between two samples it leaves only that one in doubt', () => {
    const { attribution, added } = read(
      begin('a#1'),
      end('a#1'),
      begin('a#2'),
      end('a#2'),
      kill(1, '/repro/a-1'),
    );
    expect(added).toEqual([{ sample: undefined, late: ['a#1'] }]);
    expect(attribution.doubtOf('a#1')).toContain('an OOM kill came after a#2 ended, in a cgroup');
    expect(attribution.doubtOf('a#2')).toBeUndefined();
  });
});

test.each([
  ['/kubepods/burstable/podstart-1', 'start#1'],
  ['/kubepods.slice/kubepods-podstart_1.slice/cri-containerd-77.scope', 'start#1'],
  ['/system.slice/repro-start\\x2d1.scope', 'start#1'],
  ['/system.slice:repro:START-1-init', 'start#1'],
  ['/repro/start-12', 'start#12'],
  ['/repro/restart-1', 'restart#1'],
  ['/repro/start-1/restart-1', 'start#1'],
  ['/repro/re-start-1', 're-start#1'],
  ['/repro/xstart-1', undefined],
  ['/repro/start-13', undefined],
])('the sample that %s is named after', (memcg, sample) => {
  const others = ['start#1', 'start#12', 'restart#1', 're-start#1'].filter((id) => id !== sample);
  const marks = [...others, ...(sample === undefined ? [] : [sample])].flatMap((id) => [begin(id), end(id)]);
  expect(samples(...marks, kill(1, memcg))).toEqual([sample]);
});

test('expected: by the sample it belongs to and the name of the process', () => {
  const found = attributed(
    [
      begin('oom#1'),
      kill(1),
      kill(2, '/m', 'runc:[2:INIT]'),
      end('oom#1'),
      kill(3),
      begin('start#1'),
      kill(4),
    ],
    { 'oom#1': ['dd', 'sh'] },
  );
  expect(found.map(({ expected }) => expected)).toEqual([true, false, false, false]);
});

test('a kill because the whole machine ran out was expected by nobody', () => {
  const whole = [
    'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/x,mems_allowed=0,global_oom,task_memcg=/x,task=dd,pid=1,uid=0',
    kill(1).replace('Memory cgroup out of memory', 'Out of memory'),
  ].join('\n');
  const found = attributed([begin('oom#1'), whole, kill(2, '/x'), end('oom#1')], { 'oom#1': ['dd'] });
  expect(found.map(({ constraint, expected }) => [constraint, expected])).toEqual([
    ['none', false],
    ['memcg', true],
  ]);
});

test('a marker that was cut is none', () => {
  const { entries } = parseKernelLog(`${begin('a#1')}\n${kill(1)}\n${end('a#1')}`);
  expect(attributeOomKills(entries, new Map())[0]?.sample).toBe('a#1');
});
