/** Which messages of the kernel are unexpected while a test passes: `kernelLog` of a scenario. */
import { z } from 'zod';
import { unexpectedKindSchema } from '../model/unexpected.ts';
import { DEFAULT_CHECKS } from './kernel-log.ts';
import { pattern } from './symptom-schema.ts';

const text = z.string().trim().min(1);

const ignored = z.strictObject({
  kind: unexpectedKindSchema,
  matching: pattern.optional().describe('Text, or /regular expression/, in the line. Default: any line.'),
  reason: text.describe('Why the sample can be trusted all the same.'),
  until: z.iso.date().describe('The last day on which it counts.'),
});

export const kernelLogChecks = z.strictObject({
  warn: z
    .array(unexpectedKindSchema)
    .optional()
    .describe(`Reported with a sample that passed. Default: ${DEFAULT_CHECKS.warn.join(', ')}.`),
  fail: z.array(unexpectedKindSchema).optional().describe('Makes a sample that passed bad. Default: none.'),
  ignore: z.array(ignored).optional().describe('Known lines, each with a last day.'),
});
