/** Kinds of parameters that several suites have. Pure. */
import { z } from 'zod';
import { compile, PatternError } from '../lib/pattern.ts';
import { parseQuantity } from '../lib/quantity.ts';

/** Written as a quantity, read as bytes. */
export const quantity = (what: string) =>
  z
    .union([z.string(), z.number()])
    .refine((text) => parseQuantity(text) !== undefined, { error: 'must be a memory quantity, such as 15Mi' })
    .describe(what)
    .transform((text) => parseQuantity(text) ?? 0);

export const expression = (what: string) =>
  z
    .string()
    .refine((text) => expressionFlaw(text) === undefined, {
      error: (issue) =>
        `must be regular expressions, such as \\[NodeConformance\\]: ${expressionFlaw(String(issue.input))}`,
    })
    .describe(what);

/** What is wrong with one of the lines. Go, which reads them in the guest, has RE2's expressions, too. */
function expressionFlaw(text: string): string | undefined {
  try {
    for (const line of text.split('\n')) compile(line.trim());
    return undefined;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}
