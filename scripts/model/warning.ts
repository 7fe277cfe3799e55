/** What the kernel or a runtime warned of while samples ran. */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';

export const warningSchema = fields({
  /** `runtime`: whatever logs in its way, in the files that a suite keeps. */
  source: z.enum(['kernel', 'runtime']),
  /** As it was said first, without its time. */
  line: z.string(),
  /** How often, numbers and ids in it aside. */
  count: z.number(),
});
export type Warning = Facts<typeof warningSchema>;
