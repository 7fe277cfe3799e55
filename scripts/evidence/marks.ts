/**
 * Where samples begin and end in a kernel log that was kept. `collect.ts` puts the marks into it when it is kept:
 * they are not in the kernel's own log, where a workload could write them as well, and decide nothing.
 */
import type { AttributedOomKill } from '../model/oom-kill.ts';
import { Attribution } from './attribute.ts';
import type { KernelLogEntry } from './kernel-log.ts';
import { OomKillReader } from './oom-kills.ts';

/** A line of its own, without a timestamp. */
export function sampleMarker(sampleId: string, moment: 'begin' | 'end'): string {
  return `repro: sample ${sampleId} ${moment}`;
}

const MARKER = /^repro: sample (.+) (begin|end)$/;

/**
 * The kills of a kept log, as they were attributed when it was taken.
 *
 * `expected`: sample id -> names of the processes whose OOM kill that sample expects.
 */
export function attributeOomKills(
  entries: readonly KernelLogEntry[],
  expected: ReadonlyMap<string, readonly string[]>,
): AttributedOomKill[] {
  const reader = new OomKillReader();
  const attribution = new Attribution();
  const marks = entries.map(({ message, whole }) => (whole ? MARKER.exec(message) : null));
  for (const [id, processes] of expected) attribution.expectOomKills(id, processes);
  return entries.flatMap((entry, index) => {
    const [, id, moment] = marks[index] ?? [];
    if (id !== undefined && moment === 'begin') attribution.begin(id);
    if (id !== undefined && moment === 'end') attribution.end(id);
    const kill = reader.read(entry);
    return kill === undefined ? [] : [attribution.attributed(kill, attribution.add(kill).sample)];
  });
}
