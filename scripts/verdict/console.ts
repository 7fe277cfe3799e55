/** Evidence that contradicts: what the kernel said while a case passed. */
import { matchesWithin } from '../lib/pattern.ts';
import type { Contradiction } from '../model/contradiction.ts';
import type { Sample } from '../model/sample.ts';
import type { ConsoleException, ConsoleGates } from '../scenario/types.ts';

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
