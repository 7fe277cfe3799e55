/**
 * Tells what in a kernel's log belongs to one machine, where the kernel is not its own: what the kernel says of cgroups
 * below the machine's. Pure.
 */
import type { SharedLog } from '../../vm/machine.ts';
import type { OomKill } from '../model/oom-kill.ts';
import type { KernelLogEntry } from './kernel-log.ts';
import { parseExitingVictim, parseGroup, parseSummary, parseVictim } from './oom-report.ts';
import { SummaryPieces } from './oom-summary.ts';

/** Whose a kill is: the machine's, as it sees it; somebody else's; or why that can't be told. */
export type Whose =
  | { readonly kind: 'own'; readonly kill: OomKill }
  | { readonly kind: 'other' }
  | { readonly kind: 'doubt'; readonly why: string };

/** Lines of a report that may wait to be told whose it is: it lists every task of a cgroup. */
const LONGEST_REPORT = 20_000;
const REPORT_START = /^.+ invoked oom-killer: /s;
const REAPED = /^oom_reaper: reaped process /;
/** Below a container's folder, the one that Podman puts the container into (libpod, `container` with cgroup v2). */
const PODMAN_FOLDER = /^\/container(?=\/|$)/;

export class MachinesPart {
  readonly #shared: SharedLog;
  readonly #summaries = new SummaryPieces();
  /** Lines of a report whose summary has not come yet. */
  #report: { readonly caller: string | undefined; readonly lines: string[] } | undefined;
  /** The last report was the machine's: what was killed by it comes next. */
  #isOwn = false;

  constructor(shared: SharedLog) {
    this.#shared = shared;
  }

  /** Says at the log's beginning what of it is there. */
  get heading(): string {
    const { whose, cgroup } = this.#shared;
    return `repro: the kernel's log is ${whose}; here is what it says of the machine's cgroup (${cgroup}) alone\n`;
  }

  /**
   * The paths of a kill that is the machine's are as the machine has them. Its own limit is to it what running out of
   * memory is to a node.
   */
  whose(kill: OomKill): Whose {
    const { whose } = this.#shared;
    const { memcg, oomMemcg, process, pid } = kill;
    if (memcg === undefined && oomMemcg === undefined) {
      const why = `the kernel killed ${process} (pid ${pid}) without a report, and its log is ${whose}: it can't be told whether it is one of the machine's`;
      return { kind: 'doubt', why };
    }
    const [victim, limit] = [this.#inside(memcg), this.#inside(oomMemcg)];
    if (victim === undefined && limit === undefined) return { kind: 'other' };
    if (limit === undefined) {
      const what = oomMemcg === undefined ? 'the memory of the host' : `the limit of ${oomMemcg}`;
      return {
        kind: 'doubt',
        why: `${what} ran out, not the machine's, and the kernel killed ${process} of the machine`,
      };
    }
    if (limit !== '/') return { kind: 'own', kill: { ...kill, memcg: victim, oomMemcg: limit } };
    const whole = {
      constraint: 'none' as const,
      oomMemcg: undefined,
      limitKiB: undefined,
      usageKiB: undefined,
    };
    return { kind: 'own', kill: { ...kill, ...whole, memcg: victim } };
  }

  /** The lines that are known to be the machine's with this one, in order. `line`: as it is kept. */
  keep(piece: KernelLogEntry, line: string): readonly string[] {
    if (piece.user) return [];
    const entry = this.#summaries.rejoin(piece);
    const { message, caller } = entry;
    if (REPORT_START.test(message)) {
      this.#report = { caller, lines: [line] };
      this.#isOwn = false;
      return [];
    }
    if (this.#report !== undefined && this.#report.caller === caller) return this.#inReport(message, line);
    if (this.#isOwn && isOfKill(message)) return [line];
    return this.#names(message) ? [line] : [];
  }

  #inReport(message: string, line: string): readonly string[] {
    const lines = this.#report?.lines ?? [];
    if (lines.length < LONGEST_REPORT) lines.push(line);
    const summary = parseSummary(message);
    if (summary === undefined) return [];
    this.#report = undefined;
    this.#isOwn = this.#inside(summary.memcg) !== undefined || this.#inside(summary.oomMemcg) !== undefined;
    return this.#isOwn ? lines : [];
  }

  #names = (message: string): boolean => message.includes(this.#shared.cgroup);

  /** A path below the machine's cgroup, as the machine has it; undefined for any other. */
  #inside(path: string | undefined): string | undefined {
    const folders = path?.split('/') ?? [];
    const at = folders.findIndex((folder) => this.#names(folder));
    if (at < 0) return undefined;
    return `/${folders.slice(at + 1).join('/')}`.replace(PODMAN_FOLDER, '') || '/';
  }
}

/** What follows a report: whom it killed. */
function isOfKill(message: string): boolean {
  return (
    parseVictim(message) !== undefined ||
    parseGroup(message) !== undefined ||
    parseExitingVictim(message) !== undefined ||
    REAPED.test(message)
  );
}
