import { expect, test } from 'vitest';
import { parseKernelLog } from '../../scripts/evidence/kernel-log.ts';
import { findOomKills } from '../../scripts/evidence/oom-kills.ts';

const kills = (...lines: string[]) => findOomKills(parseKernelLog(`${lines.join('\n')}\n`).entries);
const killed = (pid: number, name = 'x', why = 'Memory cgroup out of memory') =>
  `${why}: Killed process ${pid} (${name}) total-vm:4kB, anon-rss:1kB, file-rss:2kB, shmem-rss:3kB, UID:5 pgtables:6kB oom_score_adj:7`;
const summary = (pid: number, memcg = '/m', constraint = 'CONSTRAINT_MEMCG') =>
  `oom-kill:constraint=${constraint},nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${memcg},task_memcg=${memcg},task=x,pid=${pid},uid=0`;
const group = (memcg: string) => `Tasks in ${memcg} are going to be killed due to memory.oom.group set`;
const usage = 'memory: usage 10kB, limit 20kB, failcnt 1';
const owner = (memcg: string) => `Memory cgroup stats for ${memcg}:`;

test('a whole report, every field', () => {
  expect(kills(usage, owner('/m'), summary(9), killed(9, 'runc:[2:INIT]'))).toEqual([
    {
      process: 'runc:[2:INIT]',
      pid: 9,
      uid: 5,
      memcg: '/m',
      oomMemcg: '/m',
      constraint: 'memcg',
      totalVmKiB: 4,
      rssKiB: { anon: 1, file: 2, shmem: 3 },
      oomScoreAdj: 7,
      limitKiB: 20,
      usageKiB: 10,
      at: undefined,
      line: killed(9, 'runc:[2:INIT]'),
    },
  ]);
});

test('a kill without a report tells what its own line tells', () => {
  expect(kills(killed(9))).toMatchObject([{ constraint: 'memcg', memcg: undefined, limitKiB: undefined }]);
  expect(kills(killed(9, 'x', 'Out of memory'))).toMatchObject([{ constraint: undefined, memcg: undefined }]);
});

test('a report is for one kill: a later process with the same pid has none', () => {
  const found = kills(usage, owner('/m'), summary(9), killed(9), killed(9));
  expect(found.map(({ memcg }) => memcg)).toEqual(['/m', undefined]);
});

test('a report of another pid is not taken', () => {
  expect(kills(summary(8), killed(9))).toMatchObject([{ memcg: undefined }]);
});

test('the report of a victim that was already exiting is dropped', () => {
  const exiting = 'Memory cgroup out of memory: OOM victim 9 (x) is already exiting. Skip killing the task';
  expect(kills(summary(9), exiting)).toEqual([]);
  expect(kills(summary(9), exiting, killed(9))).toMatchObject([{ memcg: undefined }]);
});

test('a constraint that is not known here stays unknown', () => {
  expect(kills(summary(9, '/m', 'CONSTRAINT_BPF'), killed(9, 'x', 'BPF'))[0]?.constraint).toBeUndefined();
});

test('usage: from an excerpt without the owner line, only when there is no doubt', () => {
  expect(kills(usage, summary(9), killed(9))).toMatchObject([{ limitKiB: 20, usageKiB: 10 }]);
  expect(kills(usage, usage, summary(9), killed(9))).toMatchObject([{ limitKiB: undefined }]);
  expect(kills(usage, owner('/other'), summary(9), killed(9))).toMatchObject([{ limitKiB: undefined }]);
  expect(kills('swap: usage 1kB, limit 2kB, failcnt 3', summary(9), killed(9))).toMatchObject([
    { limitKiB: undefined },
  ]);
});

test('usage: not for a machine-wide kill', () => {
  const global =
    'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/m,task=x,pid=9,uid=0';
  expect(kills(usage, global, killed(9, 'x', 'Out of memory'))).toMatchObject([
    { constraint: 'none', memcg: '/m', oomMemcg: undefined, limitKiB: undefined },
  ]);
});

test('memory.oom.group: every task is listed once, in the cgroup of the group', () => {
  const found = kills(
    summary(1, '/m'),
    killed(1),
    group('/m/c'),
    killed(2),
    'oom_reaper: reaped process 1 (x), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB',
    killed(1),
    killed(3),
  );
  expect(found.map(({ pid, memcg, oomMemcg }) => [pid, memcg, oomMemcg])).toEqual([
    [1, '/m', '/m'],
    [2, '/m/c', '/m'],
    [3, '/m/c', '/m'],
  ]);
});

test.each([
  ['an own report', summary(2, '/other'), '/other'],
  ['any other message', 'cni0: port 1(veth0) entered disabled state', undefined],
])('memory.oom.group ends with %s', (_, line, memcg) => {
  expect(kills(summary(1), killed(1), group('/m'), line, killed(2))[1]?.memcg).toBe(memcg);
});

test('memory.oom.group ends for good with a report of another kill', () => {
  const found = kills(summary(1), killed(1), group('/m'), summary(2, '/other'), killed(2), killed(3));
  expect(found[2]).toMatchObject({ pid: 3, memcg: undefined });
});

test('memory.oom.group after a kill without a report: the group is all that is known', () => {
  expect(kills(killed(1), group('/m'), killed(2))).toMatchObject([
    { pid: 1, memcg: undefined },
    { pid: 2, memcg: '/m', oomMemcg: undefined, constraint: 'memcg' },
  ]);
});

test('memory.oom.group of a task that was already exiting', () => {
  const exiting = 'Memory cgroup out of memory: OOM victim 2 (x) is already exiting. Skip killing the task';
  const found = kills(summary(1, '/old'), killed(1), summary(2, '/new'), exiting, group('/new/c'), killed(3));
  expect(found[1]).toMatchObject({ pid: 3, memcg: '/new/c', oomMemcg: '/new' });
});

test('memory.oom.group takes nothing from the report of another caller', () => {
  const by = (caller: string, line: string) => `[    1.000000][ ${caller}] ${line}`;
  const found = kills(
    by('T1', summary(1, '/old')),
    by('T1', killed(1)),
    by('T2', group('/m')),
    by('T2', killed(1)),
  );
  expect(found[1]).toMatchObject({ pid: 1, memcg: '/m', oomMemcg: undefined });
});

test('memory.oom.group of one caller does not catch the kill of another', () => {
  const by = (caller: string, line: string) => `[    1.000000][ ${caller}] ${line}`;
  const found = kills(
    by('T1', summary(1)),
    by('T1', killed(1)),
    by('T1', group('/m')),
    by('T2', killed(9)),
    by('T1', killed(2)),
  );
  expect(found.map(({ pid, memcg }) => [pid, memcg])).toEqual([
    [1, '/m'],
    [9, undefined],
    [2, '/m'],
  ]);
});

test('what only looks like a kill is none', () => {
  const line = killed(9);
  expect(kills(`x${line}`)).toHaveLength(1); // any reason may stand before it
  for (const other of [
    line.replace('Killed', 'Will kill'),
    line.replace('total-vm:4kB', 'total-vm:kB'),
    line.replace(' oom_score_adj:7', ''),
    `${line} trailing`,
    line.replace('(x)', 'x'),
    'oom_reaper: reaped process 9 (x), now anon-rss:0kB, file-rss:0kB, shmem-rss:3kB',
  ]) {
    expect(kills(other), other).toEqual([]);
  }
});

test('of a line of many beginnings of a report nothing is made, at once', () => {
  // A pattern that looks at all of it from each beginning would take many minutes.
  for (const part of [',task=', ',task=,pid=1', ': OOM victim 1 (']) {
    expect(kills(`oom-kill:constraint=CONSTRAINT_MEMCG${part.repeat(200_000)}`)).toEqual([]);
  }
});

test('a reason that the kernel has not is none', () => {
  expect(kills(`${summary(9, '/m', 'constructor')}\n${killed(9, 'x', 'Out of memory')}`)).toMatchObject([
    { constraint: undefined },
  ]);
});
