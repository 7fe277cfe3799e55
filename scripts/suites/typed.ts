/** Parameters, from what a scenario writes to what a suite's code is called with. Pure. */
import { z } from 'zod';
import { ReproError } from '../lib/errors.ts';
import type { Scalar } from '../model/scalar.ts';
import type { Suite } from './suite.ts';

/** As a scenario writes them: `memoryLimit: 15Mi`. */
export type WrittenParams = Readonly<Record<string, Scalar>>;

/** The schema of what a scenario writes, without what is made of it. */
export function writtenParams({ shape }: z.ZodObject): z.ZodObject {
  const fields = Object.entries(shape).map(([name, field]) => [name, written(field)]);
  return z.strictObject(Object.fromEntries(fields));
}

function written(field: z.core.$ZodType): z.core.$ZodType {
  const form = untransformed(field);
  const about = z.globalRegistry.get(field)?.description;
  return form !== field && about !== undefined && form instanceof z.ZodType ? form.describe(about) : form;
}

function untransformed(field: z.core.$ZodType): z.core.$ZodType {
  if (field instanceof z.ZodPipe) return written(field.in);
  if (field instanceof z.ZodPrefault) return z._default(written(field.unwrap()), field.def.defaultValue);
  if (field instanceof z.ZodOptional) return z.optional(written(field.unwrap()));
  // What a transformation would have made has no form in which a scenario could have written it.
  if (field instanceof z.ZodDefault && field.unwrap() instanceof z.ZodPipe)
    throw new Error('a parameter that is transformed has its default before that: by prefault');
  return field;
}

/** The suite, called with what a scenario wrote: its code sees what the schema makes of it. */
export function typed<Params>(suite: Suite<Params>, schema: z.ZodType<Params>): Suite<WrittenParams> {
  const read = (given: WrittenParams): Params => {
    const { data, error } = schema.safeParse(given);
    if (error === undefined) return data;
    const why = error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
    throw new ReproError('parameters', `suite ${suite.id} can't be run with such parameters: ${why}`);
  };
  return {
    id: suite.id,
    logs: (machine, signal) => suite.logs(machine, signal),
    async prepare({ machine, context, params }, signal) {
      const prepared = await suite.prepare({ machine, context, params: read(params) }, signal);
      return {
        take: async ({ caseId, params: own, sink }, until) =>
          prepared.take({ caseId, params: read(own), sink }, until),
        inspect: (until) => prepared.inspect(until),
        [Symbol.asyncDispose]: async () => prepared[Symbol.asyncDispose](),
      };
    },
  };
}
