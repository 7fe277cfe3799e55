/** Finds the part of a zod schema that says what may stand at a path. */
import type { z } from 'zod';
import type { Path } from './problems.ts';

/** The value at a path; undefined when it isn't there. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? Reflect.get(value, step)
        : undefined,
    data,
  );
}

/** The schema without what only wraps it. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodTypes {
  const { _zod } = schema as z.core.$ZodTypes;
  switch (_zod.def.type) {
    case 'optional':
    case 'default':
      return unwrap(_zod.def.innerType);
    case 'pipe':
      return unwrap(_zod.def.in);
    case 'lazy':
      return unwrap(_zod.def.getter());
    default:
      return schema as z.core.$ZodTypes;
  }
}

/** The schema of the value at `path` of `data`; of a union by type name, the alternative that `data` chose. */
export function schemaAt(schema: z.core.$ZodType, data: unknown, path: Path): z.core.$ZodTypes {
  const here = unwrap(schema);
  const [step, ...rest] = path;
  if (step === undefined) return here;
  const { def } = choose(here, data)._zod;
  const next =
    def.type === 'object'
      ? (def.shape[step] ?? def.catchall)
      : def.type === 'array'
        ? def.element
        : def.type === 'record'
          ? def.valueType
          : undefined;
  return next === undefined ? here : schemaAt(next, valueAt(data, [step]), rest);
}

/** Of a union of mappings with an `id`, the one whose `id` the data has; of one with a single mapping, that. */
function choose(schema: z.core.$ZodTypes, data: unknown): z.core.$ZodTypes {
  const id = valueAt(data, ['id']);
  const named = (option: z.core.$ZodTypes) => {
    const { def } = option._zod;
    const literal = def.type === 'object' && def.shape.id ? unwrap(def.shape.id)._zod.def : undefined;
    return literal?.type === 'literal' && literal.values.some((value) => value === id);
  };
  const options = optionsOf(schema).map((option) => choose(unwrap(option), data));
  const mappings = options.filter((option) => option._zod.def.type === 'object');
  return options.find(named) ?? (mappings.length === 1 ? mappings[0] : undefined) ?? schema;
}

/** The alternatives of a union. */
export function optionsOf(schema: z.core.$ZodTypes): readonly z.core.$ZodType[] {
  const { def } = schema._zod;
  return def.type === 'union' ? def.options : [];
}

/** The keys that a mapping may have. */
export function keysOf(schema: z.core.$ZodTypes, data: unknown): string[] {
  const { def } = choose(schema, data)._zod;
  return def.type === 'object' ? Object.keys(def.shape) : [];
}
