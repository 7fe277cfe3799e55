/**
 * What counts as the failure, as a matcher over the evidence of one sample.
 * `/…/` (with optional flags) is a regular expression, any other text must match exactly for names
 * (`process`, `cgroup`) and as a substring for `error`.
 */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';
import { oomConstraintSchema } from './oom-kill.ts';

/** One of them is enough. */
const anySchema = fields({
  get any(): z.ZodArray<z.ZodLazy<typeof symptomSchema>> {
    return z.array(z.lazy(() => symptomSchema));
  },
});

const oomKillSymptomSchema = fields({
  oomKill: fields({
    process: z.string().optional(),
    cgroup: z.string().optional(),
    constraint: oomConstraintSchema.optional(),
  }),
});

/** Bounds are crossed strictly. */
const metricSymptomSchema = fields({
  metric: z.string(),
  above: z.number().optional(),
  below: z.number().optional(),
});

export const symptomSchema = z.union([
  anySchema,
  oomKillSymptomSchema,
  fields({ error: z.string() }),
  metricSymptomSchema,
  fields({ case: z.literal('fails') }),
]);
export type Symptom = Facts<typeof symptomSchema>;
