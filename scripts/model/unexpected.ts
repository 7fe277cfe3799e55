/** Messages of the kernel that are unexpected in a sample that passed. */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';
import { KERNEL_EVENT_KINDS } from './kernel-event.ts';

/** OOM kills that no test expected, and the events that the parser of kernel logs knows. */
export const unexpectedKindSchema = z.enum(['oom-kill', ...KERNEL_EVENT_KINDS]);
export type UnexpectedKind = Facts<typeof unexpectedKindSchema>;

export const unexpectedSchema = fields({
  kind: unexpectedKindSchema,
  /** The kernel's line. */
  line: z.string(),
  /** It makes the sample bad; else it is flagged only. */
  fails: z.boolean(),
  /** Of a message that was ignored until a day that is over: that day and the reason. */
  expired: z.string().optional(),
});
export type UnexpectedMessage = Facts<typeof unexpectedSchema>;
