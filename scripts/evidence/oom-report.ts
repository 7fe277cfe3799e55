/**
 * The single lines of an OOM report, as kernels 5.10 to 7.x print them (mm/oom_kill.c, mm/memcontrol.c):
 *
 *     dd invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=999
 *     memory: usage 15360kB, limit 15360kB, failcnt 35
 *     Memory cgroup stats for /pod:
 *     oom-kill:constraint=CONSTRAINT_MEMCG,…,oom_memcg=/pod,task_memcg=/pod/c,task=dd,pid=620,uid=0
 *     Memory cgroup out of memory: Killed process 620 (dd) total-vm:1680792kB, … oom_score_adj:999
 *     Tasks in /pod/c are going to be killed due to memory.oom.group set
 *
 * Each function returns undefined for a line of another kind, and for one of its kind that is not complete.
 */
import type { OomConstraint, OomKill } from '../model/oom-kill.ts';

/** The `oom-kill:` line: why, and whom. */
export interface Summary {
  readonly pid: number;
  readonly constraint: OomConstraint | undefined;
  readonly memcg: string | undefined;
  readonly oomMemcg: string | undefined;
}

const CONSTRAINTS: Readonly<Record<string, OomConstraint>> = {
  CONSTRAINT_MEMCG: 'memcg',
  CONSTRAINT_NONE: 'none',
  CONSTRAINT_CPUSET: 'cpuset',
  CONSTRAINT_MEMORY_POLICY: 'memory-policy',
};

export const SUMMARY_START = /^oom-kill:constraint=/;
/** The kernel prints the summary in pieces; the name of the task may contain commas, so the end decides. */
const SUMMARY_END = /,pid=(\d+),uid=-?\d+$/;

export function parseSummary(message: string): Summary | undefined {
  const constraint = /^oom-kill:constraint=(\w+)/.exec(message)?.[1];
  if (constraint === undefined) return undefined;
  const end = SUMMARY_END.exec(message);
  const pid = end?.[1];
  if (pid === undefined || !message.slice(0, end?.index).includes(',task=')) return undefined;
  return {
    pid: Number(pid),
    constraint: Object.hasOwn(CONSTRAINTS, constraint) ? CONSTRAINTS[constraint] : undefined,
    memcg: /,task_memcg=(.+?),task=/s.exec(message)?.[1],
    oomMemcg: /,oom_memcg=(.+?),task_memcg=/s.exec(message)?.[1],
  };
}

/** What the `Killed process` line alone tells. */
export type Victim = Pick<
  OomKill,
  'process' | 'pid' | 'uid' | 'totalVmKiB' | 'rssKiB' | 'oomScoreAdj' | 'constraint' | 'line'
>;

/** Why: words of the kernel's own. A line that begins with a path has words of someone else's in it. */
const KILLED = new RegExp(
  [
    /^(?:(?<why>[^/:]+): )?Killed process (?<pid>\d+) \((?<process>.*)\)/,
    / total-vm:(?<vm>\d+)kB, anon-rss:(?<anon>\d+)kB, file-rss:(?<file>\d+)kB, shmem-rss:(?<shmem>\d+)kB/,
    /(?:, UID:(?<uid>\d+))?(?: pgtables:\d+kB)? oom_score_adj:(?<adj>-?\d+)$/,
  ]
    .map((part) => part.source)
    .join(''),
  's',
);

export function parseVictim(line: string): Victim | undefined {
  const parts = KILLED.exec(line)?.groups;
  if (parts === undefined) return undefined;
  return {
    process: parts.process ?? '',
    pid: Number(parts.pid),
    uid: parts.uid === undefined ? undefined : Number(parts.uid),
    totalVmKiB: Number(parts.vm),
    rssKiB: { anon: Number(parts.anon), file: Number(parts.file), shmem: Number(parts.shmem) },
    oomScoreAdj: Number(parts.adj),
    // "Out of memory" is said for all other constraints.
    constraint: parts.why === 'Memory cgroup out of memory' ? 'memcg' : undefined,
    line,
  };
}

/** A victim that needed no killing, so that there is no `Killed process` line for it. */
export function parseExitingVictim(message: string): number | undefined {
  // Apart, so that a line of many such beginnings is not looked through once for each.
  if (!message.endsWith(') is already exiting. Skip killing the task')) return undefined;
  const pid = /: OOM victim (\d+) \(/.exec(message)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** Of the cgroup whose limit was hit, when the report was made. */
export function parseUsage(message: string): { usageKiB: number; limitKiB: number } | undefined {
  const match = /^memory: usage (\d+)kB, limit (\d+)kB, failcnt \d+$/.exec(message);
  return match === null ? undefined : { usageKiB: Number(match[1]), limitKiB: Number(match[2]) };
}

/** The cgroup that the usage printed just before belongs to. */
export function parseUsageOwner(message: string): string | undefined {
  return /^Memory cgroup stats for (.+?):(?: |$)/s.exec(message)?.[1];
}

/** The cgroup of which every task is going to be killed. */
export function parseGroup(message: string): string | undefined {
  return /^Tasks in (.+) are going to be killed due to memory\.oom\.group set$/s.exec(message)?.[1];
}
