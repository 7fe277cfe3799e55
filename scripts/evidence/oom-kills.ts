/** Puts the lines of OOM reports together into kills, also when reports or other messages came in between. */
import type { OomKill } from '../model/oom-kill.ts';
import type { KernelLogEntry } from './kernel-log.ts';
import {
  parseExitingVictim,
  parseGroup,
  parseSummary,
  parseVictim,
  type Summary,
  type Victim,
} from './oom-report.ts';
import { SummaryPieces } from './oom-summary.ts';
import { UsageLines } from './oom-usage.ts';

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
  const reader = new OomKillReader();
  return entries.flatMap((entry) => reader.read(entry) ?? []);
}

/** Takes the entries of a log one by one, in order. */
export class OomKillReader {
  /** By pid of the victim, until its `Killed process` line comes. */
  readonly #reports = new Map<number, Report>();
  readonly #usages = new UsageLines();
  readonly #summaries = new SummaryPieces();
  /** The task that the last report chose, whether or not it still had to be killed. */
  #chosen: { readonly pid: number; readonly caller: string | undefined; readonly report: Report } | undefined;
  #group: Group | undefined;

  /** The kill that this entry tells of. What a program wrote tells of none. */
  read(piece: KernelLogEntry): OomKill | undefined {
    if (piece.user) return undefined;
    const entry = this.#summaries.rejoin(piece);
    if (!entry.whole) return undefined;
    const { message, caller } = entry;
    const victim = parseVictim(message);
    if (victim !== undefined) return this.#kill(victim, entry);
    const summary = parseSummary(message);
    const exiting = parseExitingVictim(message);
    const groupMemcg = parseGroup(message);

    if (summary !== undefined) {
      const usage = this.#usages.take(summary.oomMemcg, caller);
      this.#reports.set(summary.pid, { ...reportOf(summary), ...usage });
      if (this.#group?.caller === caller) this.#group = undefined;
    } else if (exiting !== undefined) {
      this.#chosen = { pid: exiting, caller, report: this.#reports.get(exiting) ?? UNKNOWN };
      this.#reports.delete(exiting);
    } else if (groupMemcg !== undefined) {
      const first = this.#chosen?.caller === caller ? this.#chosen : undefined;
      const report = { ...(first?.report ?? UNKNOWN), memcg: groupMemcg };
      this.#group = { caller, first: first?.pid, report };
    } else {
      this.#usages.read(entry);
      if (this.#group?.caller === caller && !message.startsWith('oom_reaper: ')) this.#group = undefined;
    }
    return undefined;
  }

  #kill(victim: Victim, entry: KernelLogEntry): OomKill | undefined {
    const { pid } = victim;
    const { caller } = entry;
    const own = this.#reports.get(pid);
    const inGroup = own === undefined && this.#group?.caller === caller ? this.#group : undefined;
    // The kernel kills the task it chose once more with its group.
    if (inGroup !== undefined && inGroup.first === pid) return undefined;
    const report = own ?? inGroup?.report ?? UNKNOWN;
    this.#reports.delete(pid);
    if (inGroup === undefined) this.#chosen = { pid, caller, report };
    return killOf(victim, report, entry);
  }
}

function reportOf(summary: Summary): Report {
  const { constraint, memcg, oomMemcg } = summary;
  return { ...UNKNOWN, constraint, memcg, oomMemcg };
}

function killOf(victim: Victim, report: Report, entry: KernelLogEntry): OomKill {
  return { ...victim, ...report, constraint: victim.constraint ?? report.constraint, at: entry.at };
}
