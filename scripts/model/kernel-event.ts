/** Something in the kernel log that is worth a person's attention, whatever the test said. */
import { z } from 'zod';
import { type Facts, fields, maybe } from './fields.ts';

interface KernelEventCard {
  readonly kind: string;
  /** For the documentation. */
  readonly about: string;
  /** The first line of its report. Kernels 5.10 to 7.x, x86 and arm64. */
  readonly line: RegExp;
  /** Whether it gives a warning with a sample that passed, where a scenario says nothing. */
  readonly warns: boolean;
}

/** All that is known of each kind. A line is of the first kind that it fits. */
export const KERNEL_EVENTS = [
  {
    kind: 'panic',
    about: 'the kernel stopped',
    line: /^Kernel panic - not syncing/,
    warns: true,
  },
  {
    kind: 'oops',
    about: 'a fault of the kernel, which went on',
    line: /^(?:BUG: unable to handle|BUG: kernel NULL pointer|kernel BUG at|Oops: |general protection fault|Unable to handle kernel|Internal error: )/,
    warns: true,
  },
  {
    kind: 'hung-task',
    about: 'a task waited uninterruptibly for two minutes or more',
    line: /^INFO: task .+ blocked for more than \d+ seconds/,
    warns: true,
  },
  {
    kind: 'soft-lockup',
    about: 'a CPU ran in the kernel for 20 seconds or more and let no other task run',
    line: /^watchdog: BUG: soft lockup/,
    warns: true,
  },
  {
    kind: 'rcu-stall',
    about: 'a CPU or a task held up RCU',
    line: /^rcu: INFO: .*(?:self-detected stall|detected (?:expedited )?stalls?)/,
    warns: false,
  },
  {
    kind: 'warning',
    about: "one of the kernel's own checks failed (`WARN_ON`)",
    // Since 6.19 the place comes before the CPU: "WARNING: mm/slub.c:123 at f+0x1/0x2, CPU#0: sh/12".
    line: /^WARNING: (?:CPU: \d|(?:\S+:\d+ )?at .+, CPU#\d)/,
    warns: false,
  },
  {
    kind: 'segfault',
    about: 'a program was ended by a fault of its own, where the kernel logs that',
    line: /^(?:.+\[\d+\]: segfault at |traps: .+\[\d+\] (?:general protection|trap ))/,
    warns: false,
  },
] as const satisfies readonly KernelEventCard[];

export const KERNEL_EVENT_KINDS = KERNEL_EVENTS.map(({ kind }) => kind);

export const kernelEventSchema = fields({
  kind: z.enum(KERNEL_EVENT_KINDS),
  /** Seconds since the guest booted. */
  at: maybe(z.number()),
  line: z.string(),
});
export type KernelEvent = Facts<typeof kernelEventSchema>;
