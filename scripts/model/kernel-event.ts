/** Something in the kernel log that is worth a person's attention, whatever the test said. */
import { z } from 'zod';
import { type Facts, fields, maybe } from './fields.ts';

/** Those that the parser of kernel logs knows; which lines they are, `evidence/kernel-events.ts` tells. */
export const KERNEL_EVENT_KINDS = [
  'panic',
  'oops',
  'hung-task',
  'soft-lockup',
  'rcu-stall',
  'warning',
  'segfault',
] as const;

export const kernelEventSchema = fields({
  kind: z.enum(KERNEL_EVENT_KINDS),
  /** Seconds since the guest booted. */
  at: maybe(z.number()),
  line: z.string(),
});
export type KernelEvent = Facts<typeof kernelEventSchema>;
