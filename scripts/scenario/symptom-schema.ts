/** The shape of a scenario's symptom. */

import { z } from 'zod';
import { PatternError, parsePattern } from '../lib/pattern.ts';
import { oomConstraintSchema } from '../model/oom-kill.ts';
import { type Symptom, symptomSchema } from '../model/symptom.ts';
import { parseQuantity } from '../suites/catalog.ts';

const text = z.string().trim().min(1);

/** A text, or a regular expression between slashes. */
export const pattern = text.refine((value) => patternFlaw(value) === undefined, {
  error: (issue) => `not a regular expression: ${patternFlaw(String(issue.input))}`,
});

function patternFlaw(value: string): string | undefined {
  try {
    parsePattern(value);
    return undefined;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

const bound = z
  .union([z.number(), z.string()])
  .refine((value) => typeof value === 'number' || parseQuantity(value) !== undefined, {
    error: 'must be a number or a quantity, such as 12Mi',
  })
  .transform((value) => (typeof value === 'number' ? value : (parseQuantity(value) ?? 0)));

const SYMPTOM_KINDS = ['any', 'oomKill', 'error', 'metric', 'case'] as const;

const symptomShape = z
  .strictObject({
    any: z
      .array(z.lazy(() => symptom))
      .min(1)
      .optional()
      .describe('One of these symptoms is enough.'),
    oomKill: z
      .strictObject({
        process: pattern.optional().describe('Name of the killed process: exact, or /regular expression/.'),
        cgroup: pattern.optional().describe('Its memory cgroup: exact, or /regular expression/.'),
        constraint: oomConstraintSchema
          .optional()
          .describe('What ran out: `memcg` is a cgroup limit, `none` the whole machine.'),
      })
      .optional()
      .describe('The OOM killer killed such a process, and the test had not provoked it.'),
    error: pattern.optional().describe('An error of the sample has this text, or matches /this/.'),
    metric: text.optional().describe('A metric of the sample, with the bound that makes it bad.'),
    above: bound.optional().describe('The metric is above this.'),
    below: bound.optional().describe('The metric is below this.'),
    case: z.literal('fails').optional().describe('The case failed, whatever the reason.'),
  })
  .superRefine((value, context) => {
    const kinds = SYMPTOM_KINDS.filter((kind) => value[kind] !== undefined);
    const bounded = value.above !== undefined || value.below !== undefined;
    const flaw =
      kinds.length !== 1
        ? 'must have exactly one of any, oomKill, error, metric and case'
        : bounded && kinds[0] !== 'metric'
          ? 'above and below belong to a metric'
          : !bounded && kinds[0] === 'metric'
            ? 'a metric needs a bound: above, below or both'
            : undefined;
    if (flaw !== undefined) context.addIssue({ code: 'custom', message: flaw });
  });

export const symptom: z.ZodType<Symptom> = symptomShape
  .pipe(symptomSchema)
  .describe('What counts as the failure.');
