/** What the console said against a sample that passed. */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';
import { KERNEL_EVENT_KINDS } from './kernel-event.ts';

/** OOM kills that no test provoked, and the events that the parser of kernel logs knows. */
export const consoleKindSchema = z.enum(['oom-kill', ...KERNEL_EVENT_KINDS]);
export type ConsoleKind = Facts<typeof consoleKindSchema>;

export const contradictionSchema = fields({
  kind: consoleKindSchema,
  /** The kernel's line. */
  line: z.string(),
  /** It makes the sample bad; else it is flagged only. */
  fails: z.boolean(),
  /** Of an exception that fits but has expired: its last day and its reason. */
  expired: z.string().optional(),
});
export type Contradiction = Facts<typeof contradictionSchema>;
