/** Evidence that contradicts: what the kernel said while a case passed. */
import { matchesWithin } from '../lib/pattern.ts';
import type { Sample } from '../model/sample.ts';
import type { UnexpectedMessage } from '../model/unexpected.ts';
import type { IgnoredMessage, KernelLogChecks } from '../scenario/types.ts';

/**
 * What speaks against a sample that passed. OOM kills that the case expected are what it wants. An exception counts
 * on the day of the sample, not on the one on which a report is looked at.
 */
export function unexpectedOf(sample: Sample, { warn, fail, ignore }: KernelLogChecks): UnexpectedMessage[] {
  if (sample.outcome !== 'passed') return [];
  const kills = sample.oomKills.filter(({ expected }) => !expected);
  const seen = [...kills.map(({ line }) => ({ kind: 'oom-kill' as const, line })), ...sample.kernelEvents];
  return seen.flatMap(({ kind, line }): UnexpectedMessage[] => {
    const fails = fail.includes(kind);
    if (!fails && !warn.includes(kind)) return [];
    const known = ignore.filter((one) => one.kind === kind && fits(one, line));
    const day = sample.startedAt.slice(0, 10);
    if (known.some(({ until }) => day <= until)) return [];
    const [old] = known;
    return [{ kind, line, fails, ...(old && { expired: `${old.until}: ${old.reason}` }) }];
  });
}

const fits = ({ matching }: IgnoredMessage, line: string): boolean =>
  matching === undefined || matchesWithin(matching, line);

/** `passed, but the kernel log shows oom-kill: Memory cgroup out of memory: …`. */
export function unexpectedText({ kind, line, expired }: UnexpectedMessage): string {
  const old = expired === undefined ? '' : ` (ignored until ${expired})`;
  return `passed, but the kernel log shows ${kind}${old}: ${line}`;
}
