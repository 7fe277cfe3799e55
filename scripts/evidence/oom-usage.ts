/** Finds the `memory: usage` line that belongs to a report: it names no cgroup itself, the line after it does. */
import type { KernelLogEntry } from './kernel-log.ts';
import { parseUsage, parseUsageOwner } from './oom-report.ts';

interface UsageLine {
  readonly caller: string | undefined;
  readonly usage: { readonly usageKiB: number; readonly limitKiB: number };
  memcg: string | undefined;
}

/** Holds usage lines until their report takes them. Where more than one could be meant, none is. */
export class UsageLines {
  #waiting: UsageLine[] = [];

  read({ message, caller }: KernelLogEntry): void {
    const usage = parseUsage(message);
    if (usage !== undefined) this.#waiting.push({ caller, usage, memcg: undefined });
    const memcg = parseUsageOwner(message);
    if (memcg === undefined) return;
    const [line, ...others] = this.#of(caller, undefined);
    if (line === undefined) return;
    if (others.length === 0) line.memcg = memcg;
    else this.#drop([line, ...others]);
  }

  /** The usage of the cgroup whose limit was hit, given to one report only. */
  take(oomMemcg: string | undefined, caller: string | undefined): UsageLine['usage'] | undefined {
    if (oomMemcg === undefined) return undefined;
    const named = this.#of(caller, oomMemcg);
    const candidates = named.length > 0 ? named : this.#of(caller, undefined);
    this.#drop(candidates);
    return candidates.length === 1 ? candidates[0]?.usage : undefined;
  }

  #of(caller: string | undefined, memcg: string | undefined): UsageLine[] {
    return this.#waiting.filter((line) => line.caller === caller && line.memcg === memcg);
  }

  #drop(lines: readonly UsageLine[]): void {
    this.#waiting = this.#waiting.filter((line) => !lines.includes(line));
  }
}
