/** Evidence that contradicts: what the kernel said while a case passed. */
import type { Sample } from '../evidence/types.ts';
import { matchesWithin } from '../lib/pattern.ts';
import type { ConsoleException, ConsoleGates, ConsoleKind } from '../scenario/types.ts';

export interface Contradiction {
  readonly kind: ConsoleKind;
  /** The kernel's line. */
  readonly line: string;
  /** It makes the sample bad; else it is flagged only. */
  readonly fails: boolean;
  /** Of an exception that fits but has expired: its last day and its reason. */
  readonly expired?: string | undefined;
}

/**
 * What speaks against a sample that passed. OOM kills that the case provoked are what it wants. An exception counts
 * on the day of the sample, not on the one on which a report is looked at.
 */
export function contradictionsOf(sample: Sample, { flag, fail, except }: ConsoleGates): Contradiction[] {
  if (sample.outcome !== 'passed') return [];
  const kills = sample.oomKills.filter(({ provoked }) => !provoked);
  const seen = [...kills.map(({ line }) => ({ kind: 'oom-kill' as const, line })), ...sample.kernelEvents];
  return seen.flatMap(({ kind, line }): Contradiction[] => {
    const fails = fail.includes(kind);
    if (!fails && !flag.includes(kind)) return [];
    const known = except.filter((one) => one.kind === kind && fits(one, line));
    const day = sample.startedAt.slice(0, 10);
    if (known.some(({ until }) => day <= until)) return [];
    const [old] = known;
    return [{ kind, line, fails, ...(old && { expired: `${old.until}: ${old.reason}` }) }];
  });
}

const fits = ({ matching }: ConsoleException, line: string): boolean =>
  matching === undefined || matchesWithin(matching, line);

/** `passed, but the console shows oom-kill: Memory cgroup out of memory: …`. */
export function contradictionText({ kind, line, expired }: Contradiction): string {
  const old = expired === undefined ? '' : ` (its exception expired on ${expired})`;
  return `passed, but the console shows ${kind}${old}: ${line}`;
}
