/**
 * The kernel prints the `oom-kill:` line piece by piece. When another CPU prints in between, the pieces become
 * entries of their own; here they are put together again.
 */
import type { KernelLogEntry } from './kernel-log.ts';
import { parseSummary, parseVictim, SUMMARY_START } from './oom-report.ts';

/** How a later piece begins, for logs that don't tell who printed what. */
const PIECE = /^\S*,(?:cpuset=|mems_allowed=|oom_memcg=|global_oom|task_memcg=|task=)/;

/** Gives each entry back; where a summary was in pieces, the last of them has the whole of it. */
export class SummaryPieces {
  /** By caller, what came so far; null where two summaries without a caller are mixed and can't be told apart. */
  readonly #begun = new Map<string | undefined, string | null>();

  rejoin(entry: KernelLogEntry): KernelLogEntry {
    const { message, caller, whole } = entry;
    if (!whole || parseSummary(message) !== undefined) return entry;
    if (SUMMARY_START.test(message)) {
      this.#begun.set(caller, caller === undefined && this.#begun.has(caller) ? null : message);
      return entry;
    }
    const before = this.#begun.get(caller);
    if (parseVictim(message) !== undefined) this.#begun.delete(caller);
    else if (typeof before === 'string' && (caller !== undefined || isPiece(message, before))) {
      const joined = before + message;
      if (parseSummary(joined) !== undefined) {
        this.#begun.delete(caller);
        return { ...entry, message: joined };
      }
      this.#begun.set(caller, joined);
    }
    return entry;
  }
}

function isPiece(message: string, before: string): boolean {
  return PIECE.test(message) || (before.endsWith('memcg=') && message.startsWith('/'));
}
