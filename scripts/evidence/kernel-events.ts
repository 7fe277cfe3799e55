/** What in a kernel log is worth a person's attention, OOM kills aside. */
import { KERNEL_EVENTS, type KernelEvent } from '../model/kernel-event.ts';
import type { KernelLogEntry } from './kernel-log.ts';

/** An oops begins with a line of its own ("BUG: unable to handle…") on most paths, and "Oops: " comes within this many. */
const OOPS_HEAD = 8;

/**
 * Also from lines that were cut: the last thing a console shows of a panic may well be one. What a program wrote to
 * the log is none.
 */
export function findKernelEvents(entries: readonly KernelLogEntry[]): KernelEvent[] {
  const events: KernelEvent[] = [];
  let lastOops = Number.NEGATIVE_INFINITY;
  for (const [index, { message, at }] of entries.filter(({ user }) => !user).entries()) {
    const kind = KERNEL_EVENTS.find((card) => card.line.test(message))?.kind;
    if (kind === undefined) continue;
    const sameOops = kind === 'oops' && message.startsWith('Oops: ') && index - lastOops <= OOPS_HEAD;
    if (kind === 'oops') lastOops = index;
    if (!sameOops) events.push({ kind, at, line: message });
  }
  return events;
}
