/**
 * Whether a kernel log is whole. Two witnesses: the sequence numbers of its records, and the kernel's own count of OOM
 * kills (`oom_kill` of /proc/vmstat), which nothing in the guest can set back. Pure.
 */
import { plural } from '../lib/units.ts';
import type { KernelLogEntry } from './kernel-log.ts';
import { parseVictim } from './oom-report.ts';

/** What was missing at some time since the boot. */
export interface Missing {
  /** Records that were overwritten before they could be read. */
  readonly records: number;
  /** OOM kills that the kernel counted and its log doesn't show. */
  readonly kills: number;
}

export class Completeness {
  #next: number | undefined;
  #records = 0;
  #killed = 0;

  /** Takes the log's entries in order. */
  read({ sequence, message, user }: KernelLogEntry): void {
    if (sequence !== undefined) {
      if (this.#next !== undefined && sequence > this.#next) this.#records += sequence - this.#next;
      this.#next = sequence + 1;
    }
    // Each is counted, also a task that is killed once more with its group.
    if (!user && parseVictim(message) !== undefined) this.#killed++;
  }

  /** `position` is the one that the log was read up to. */
  missing({ oomKills }: { readonly oomKills: number | undefined }): Missing {
    // What came after the position was read by now, too.
    return { records: this.#records, kills: Math.max(0, (oomKills ?? 0) - this.#killed) };
  }
}

/** Why what was logged between two moments doesn't tell everything; undefined when it does. */
export function incompleteBetween(before: Missing, after: Missing): string | undefined {
  const records = after.records - before.records;
  if (records > 0) {
    return (
      `the kernel log has a gap of ${plural(records, 'record')}, overwritten before they could be read, so an OOM kill ` +
      'may be missing; have the workload write less to /dev/kmsg'
    );
  }
  const kills = after.kills - before.kills;
  if (kills > 0) return `the kernel counted ${plural(kills, 'OOM kill')} that its log does not show`;
  return undefined;
}
