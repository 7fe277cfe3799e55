/** A symptom as a scenario writes it: the model's, with patterns that can be read and quantities as bounds. */
import { z } from 'zod';
import { PatternError, parsePattern } from '../lib/pattern.ts';
import { parseQuantity } from '../lib/quantity.ts';
import type { Symptom } from '../model/symptom.ts';
import { symptomSchema } from '../model/symptom.ts';

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

/** How a file writes a field of the model; all may be left out, for a file has the fields of all kinds in one place. */
function written(field: z.core.$ZodType): z.ZodType {
  const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
  return form(inner)
    .optional()
    .describe(z.globalRegistry.get(field)?.description ?? '');
}

function form(field: z.core.$ZodType): z.ZodType {
  if (field instanceof z.ZodString) return field.meta()?.written === 'pattern' ? pattern : text;
  if (field instanceof z.ZodNumber) return bound;
  if (field instanceof z.ZodArray) return z.array(z.lazy(() => symptom)).min(1);
  if (field instanceof z.ZodObject) return z.strictObject(shapeOf(field));
  if (field instanceof z.ZodEnum || field instanceof z.ZodLiteral) return field;
  throw new Error(`a symptom has a ${field._zod.def.type}, and no file can write that`);
}

const shapeOf = ({ shape }: z.ZodObject): Record<string, z.ZodType> =>
  Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, written(field)]));

/** By kind, the fields that go with it. */
const KINDS = new Map(
  symptomSchema.options.map((kind) => {
    const [name = '', ...others] = Object.keys(kind.shape);
    return [name, others] as const;
  }),
);

function symptomFlaw(value: Readonly<Record<string, unknown>>): string | undefined {
  const given = Object.keys(value).filter((name) => value[name] !== undefined);
  const [kind = '', ...more] = given.filter((name) => KINDS.has(name));
  if (kind === '' || more.length > 0) return `must have exactly one of ${listed([...KINDS.keys()])}`;
  for (const [other, names] of KINDS) {
    const strays = other !== kind && given.some((name) => names.includes(name));
    if (strays) return `${listed(names)} ${names.length === 1 ? 'belongs' : 'belong'} to a ${other}`;
  }
  return kind === 'metric' && given.length === 1 ? 'a metric needs a bound: above, below or both' : undefined;
}

const listed = (names: readonly string[]) =>
  names.length === 1 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

export const symptom: z.ZodType<Symptom> = z
  .strictObject(Object.fromEntries(symptomSchema.options.flatMap((kind) => Object.entries(shapeOf(kind)))))
  .superRefine((value, context) => {
    const message = symptomFlaw(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .transform((value) => symptomSchema.parse(value))
  .describe('What counts as the failure.');
