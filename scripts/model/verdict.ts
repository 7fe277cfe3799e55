/** What is claimed of a cell, and how sure that is. */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';

export const verdictKindSchema = z.enum(['good', 'bad', 'skip']);
export type VerdictKind = Facts<typeof verdictKindSchema>;

/** How sure we are of a quantity: of a failure rate, both ends in 0..1. */
export const intervalSchema = fields({
  low: z.number(),
  high: z.number(),
  /** Two-sided confidence, 0.95. */
  confidence: z.number(),
});
export type Interval = Facts<typeof intervalSchema>;

/**
 * How an interval of a rate was found: for a number of samples that was fixed beforehand, or for one that depends
 * on what was seen.
 */
export const rateMethodSchema = z.enum(['clopper-pearson', 'confidence-sequence']);
export type RateMethod = Facts<typeof rateMethodSchema>;

/** A rate as it was seen. */
export const rateSchema = fields({
  bad: z.number(),
  total: z.number(),
  interval: intervalSchema,
  /** Absent in reports that are older than the choice: `clopper-pearson`. */
  method: rateMethodSchema.optional(),
});
export type Rate = Facts<typeof rateSchema>;

export const inconclusiveSchema = rateSchema.extend({
  /** Clean samples of each case that the claim would take beside those there are. */
  more: z.number(),
});
export type Inconclusive = Facts<typeof inconclusiveSchema>;

export const verdictSchema = z.union([
  rateSchema.extend({
    kind: z.enum(['good', 'bad']),
    /** What *good* claims: the symptom's rate is below this in every case, at the interval's confidence. */
    below: z.number().optional(),
    reason: z.string().optional(),
  }),
  fields({
    kind: z.literal('skip'),
    reason: z.string(),
    /** All samples were judged and none is bad, but they are too few for the claim. */
    inconclusive: inconclusiveSchema.optional(),
  }),
]);
export type Verdict = Facts<typeof verdictSchema>;
