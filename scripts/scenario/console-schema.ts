/** What the console may show beside a test that passed: `console` of a scenario. */
import { z } from 'zod';
import { consoleKindSchema } from '../model/contradiction.ts';
import { DEFAULT_GATES } from './console.ts';
import { pattern } from './symptom-schema.ts';

const text = z.string().trim().min(1);

const exception = z.strictObject({
  kind: consoleKindSchema,
  matching: pattern.optional().describe('Text, or /regular expression/, in the line. Default: any line.'),
  reason: text.describe('Why it is no reason to doubt the sample.'),
  until: z.iso.date().describe('The last day on which it counts.'),
});

export const consoleGates = z.strictObject({
  flag: z
    .array(consoleKindSchema)
    .optional()
    .describe(`Flags a sample that passed. Default: ${DEFAULT_GATES.flag.join(', ')}.`),
  fail: z.array(consoleKindSchema).optional().describe('Makes a sample that passed bad. Default: none.'),
  except: z.array(exception).optional().describe('Lines that are known, each until a day.'),
});
