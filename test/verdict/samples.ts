import type { AttributedOomKill } from '../../scripts/model/oom-kill.ts';
import type { Sample } from '../../scripts/model/sample.ts';

/** A sample that passed and left nothing, but for what is given. */
export function sample(rest: Partial<Sample> = {}): Sample {
  return {
    id: 'start#1',
    case: 'start',
    index: 1,
    outcome: 'passed',
    errors: [],
    metrics: {},
    oomKills: [],
    kernelEvents: [],
    startedAt: '2025-01-01T00:00:00.000Z',
    durationMs: 1000,
    files: [],
    ...rest,
  };
}

export function oomKill(rest: Partial<AttributedOomKill> = {}): AttributedOomKill {
  return {
    process: 'runc:[2:INIT]',
    pid: 620,
    uid: 65535,
    memcg: '/kubepods/burstable/pod1/c',
    oomMemcg: '/kubepods/burstable/pod1',
    constraint: 'memcg',
    totalVmKiB: 1680792,
    rssKiB: { anon: 5612, file: 1396, shmem: 8564 },
    oomScoreAdj: -998,
    limitKiB: 15360,
    usageKiB: 15360,
    at: 12.5,
    line: 'Memory cgroup out of memory: Killed process 620 (runc:[2:INIT])',
    sample: 'start#1',
    expected: false,
    ...rest,
  };
}
