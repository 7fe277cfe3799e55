import { expect, test } from 'vitest';
import { Completeness, incompleteBetween } from '../../scripts/evidence/completeness.ts';
import { parseRecord } from '../../scripts/evidence/kernel-log.ts';

const KILL =
  'Memory cgroup out of memory: Killed process 7 (dd) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0';

/** Records by sequence number, and text of each. */
function read(log: Completeness, ...records: [priority: number, sequence: number, message: string][]) {
  for (const [priority, sequence, message] of records) {
    const entry = parseRecord(`${priority},${sequence},1,-;${message}`);
    if (entry !== undefined) log.read(entry);
  }
}

test('records that were overwritten show as a gap in the numbers, wherever the log begins', () => {
  const log = new Completeness();
  read(log, [4, 40, 'a'], [4, 41, 'b']);
  const before = log.missing({ oomKills: 0 });
  expect(before.records).toBe(0);
  read(log, [12, 44, 'c'], [4, 45, 'd']);
  const after = log.missing({ oomKills: 0 });
  expect(incompleteBetween(before, after)).toContain('a gap of 2 records');
  expect(incompleteBetween(after, log.missing({ oomKills: 0 }))).toBeUndefined();
});

test('kills that the kernel counted must be in its log, and a program can write none', () => {
  const log = new Completeness();
  read(log, [3, 0, KILL]);
  const before = log.missing({ oomKills: 1 });
  read(log, [11, 1, KILL]);
  expect(incompleteBetween(before, log.missing({ oomKills: 2 }))).toBe(
    'the kernel counted 1 OOM kill that its log does not show',
  );
  read(log, [3, 2, KILL]);
  expect(incompleteBetween(before, log.missing({ oomKills: 2 }))).toBeUndefined();
});

test('a kill that is logged between the count and the look at it hides no other', () => {
  const log = new Completeness();
  read(log, [3, 0, KILL]);
  const before = log.missing({ oomKills: 0 });
  expect(incompleteBetween(before, log.missing({ oomKills: 1 }))).toBeUndefined();
  expect(incompleteBetween(before, log.missing({ oomKills: 2 }))).toContain('counted 1 OOM kill');
});

test('a kernel that counts none is not held to it', () => {
  const log = new Completeness();
  read(log, [3, 0, KILL]);
  expect(log.missing({ oomKills: undefined })).toEqual({ records: 0, kills: 0 });
});
