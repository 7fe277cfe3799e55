/** What in a kernel log is worth a person's attention, OOM kills aside. */
import type { KernelEvent } from '../model/kernel-event.ts';
import type { KernelLogEntry } from './kernel-log.ts';

/** First lines of each kind of trouble, kernels 5.10 to 7.x, x86 and arm64. A message is of the first that fits. */
const KINDS: readonly (readonly [KernelEvent['kind'], RegExp])[] = [
  ['panic', /^Kernel panic - not syncing/],
  [
    'oops',
    /^(?:BUG: unable to handle|BUG: kernel NULL pointer|kernel BUG at|Oops: |general protection fault|Unable to handle kernel|Internal error: )/,
  ],
  ['hung-task', /^INFO: task .+ blocked for more than \d+ seconds/],
  ['soft-lockup', /^watchdog: BUG: soft lockup/],
  ['rcu-stall', /^rcu: INFO: .*(?:self-detected stall|detected (?:expedited )?stalls?)/],
  // Since 6.19 the place comes before the CPU: "WARNING: mm/slub.c:123 at f+0x1/0x2, CPU#0: sh/12".
  ['warning', /^WARNING: (?:CPU: \d|(?:\S+:\d+ )?at .+, CPU#\d)/],
  ['segfault', /^(?:.+\[\d+\]: segfault at |traps: .+\[\d+\] (?:general protection|trap ))/],
];

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
    const kind = KINDS.find(([, pattern]) => pattern.test(message))?.[0];
    if (kind === undefined) continue;
    const sameOops = kind === 'oops' && message.startsWith('Oops: ') && index - lastOops <= OOPS_HEAD;
    if (kind === 'oops') lastOops = index;
    if (!sameOops) events.push({ kind, at, line: message });
  }
  return events;
}
