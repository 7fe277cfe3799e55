/** Puts the lines of OOM reports together into kills, also when reports or other messages came in between. */
import type { KernelLogEntry } from './kernel-log.ts';
import {
  parseExitingVictim,
  parseGroup,
  parseSummary,
  parseVictim,
  type Summary,
  type Victim,
} from './oom-report.ts';
import { rejoinSummaries } from './oom-summary.ts';
import { UsageLines } from './oom-usage.ts';
import type { OomKill } from './types.ts';

/** A kill, and which entry of the log is its `Killed process` line. */
export interface LocatedOomKill {
  readonly kill: OomKill;
  readonly index: number;
}

/** What a report says of a kill beyond the `Killed process` line. */
type Report = Pick<OomKill, 'constraint' | 'memcg' | 'oomMemcg' | 'limitKiB' | 'usageKiB'>;

/** Tasks killed one after the other because `memory.oom.group` is set, first of them the one that was chosen. */
interface Group {
  readonly caller: string | undefined;
  readonly first: number | undefined;
  readonly report: Report;
}

const UNKNOWN: Report = {
  constraint: undefined,
  memcg: undefined,
  oomMemcg: undefined,
  limitKiB: undefined,
  usageKiB: undefined,
};

export function findOomKills(entries: readonly KernelLogEntry[]): OomKill[] {
  return locateOomKills(entries).map(({ kill }) => kill);
}

export function locateOomKills(entries: readonly KernelLogEntry[]): LocatedOomKill[] {
  const kills: LocatedOomKill[] = [];
  /** By pid of the victim, until its `Killed process` line comes. */
  const reports = new Map<number, Report>();
  const usages = new UsageLines();
  /** The task that the last report chose, whether or not it still had to be killed. */
  let chosen:
    | { readonly pid: number; readonly caller: string | undefined; readonly report: Report }
    | undefined;
  let group: Group | undefined;

  for (const [index, entry] of rejoinSummaries(entries).entries()) {
    const { message, caller } = entry;
    if (!entry.whole || entry.user) continue;
    const summary = parseSummary(message);
    const victim = parseVictim(message);
    const exiting = parseExitingVictim(message);
    const groupMemcg = parseGroup(message);

    if (summary !== undefined) {
      reports.set(summary.pid, { ...reportOf(summary), ...usages.take(summary.oomMemcg, caller) });
      if (group?.caller === caller) group = undefined;
    } else if (victim !== undefined) {
      const { pid } = victim;
      const own = reports.get(pid);
      const inGroup = own === undefined && group?.caller === caller ? group : undefined;
      // The kernel kills the task it chose once more with its group.
      if (inGroup !== undefined && inGroup.first === pid) continue;
      const report = own ?? inGroup?.report ?? UNKNOWN;
      kills.push({ kill: killOf(victim, report, entry), index });
      reports.delete(pid);
      if (inGroup === undefined) chosen = { pid, caller, report };
    } else if (exiting !== undefined) {
      chosen = { pid: exiting, caller, report: reports.get(exiting) ?? UNKNOWN };
      reports.delete(exiting);
    } else if (groupMemcg !== undefined) {
      const first = chosen?.caller === caller ? chosen : undefined;
      group = { caller, first: first?.pid, report: { ...(first?.report ?? UNKNOWN), memcg: groupMemcg } };
    } else {
      usages.read(entry);
      if (group?.caller === caller && !message.startsWith('oom_reaper: ')) group = undefined;
    }
  }
  return kills;
}

function reportOf(summary: Summary): Report {
  const { constraint, memcg, oomMemcg } = summary;
  return { ...UNKNOWN, constraint, memcg, oomMemcg };
}

function killOf(victim: Victim, report: Report, entry: KernelLogEntry): OomKill {
  return { ...victim, ...report, constraint: victim.constraint ?? report.constraint, at: entry.at };
}
