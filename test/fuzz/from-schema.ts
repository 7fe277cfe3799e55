/** Values that a zod schema lets pass, or nearly: bounds, forms of texts and further checks are left to chance. */
import fc from 'fast-check';
import type { z } from 'zod';

/** How deep a schema that holds itself goes. */
const DEPTH = 3;

const TEXT = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  // biome-ignore format: a list of words
  fc.constantFrom(
    '', '2026-01-01T00:00:00.000Z', 'runc', '\x1b]0;x\x07', '<b>&"\'', '|a|*b*_c_`d`', 'a\nb', '__proto__', 'constructor',
    '1.1.5', 'v2', 'start.time', 'memory.peak', 'bytes', 'ms', 'a/b=c,d=e',
  ),
);
const NUMBER = fc.oneof(
  fc.integer({ min: -5, max: 100 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 0.5, 1, 1e-300, 1e300, -1e300, Number.MAX_SAFE_INTEGER),
);

/** Texts are those of `text`. Throws for a kind of schema that isn't known here. */
export function fromSchema(
  schema: z.core.$ZodType,
  text: fc.Arbitrary<string> = TEXT,
  depth = 0,
): fc.Arbitrary<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const below = (inner: z.core.$ZodType) => fromSchema(inner, text, depth);
  switch (def.type) {
    case 'string':
      return text;
    case 'number':
      return NUMBER;
    case 'boolean':
      return fc.boolean();
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'optional':
      return fc.option(below(def.innerType), { nil: undefined });
    case 'default':
      return below(def.innerType);
    case 'pipe':
      return below(def.in);
    case 'array':
      return fc.array(below(def.element), { maxLength: 3 });
    case 'record':
      return fc.dictionary(text, below(def.valueType), { maxKeys: 3 });
    case 'object': {
      const keys = Object.entries(def.shape).map(([key, value]) => [key, below(value)] as const);
      return fc.record(Object.fromEntries(keys));
    }
    case 'union': {
      const options = def.options.filter((option) => depth < DEPTH || !holdsItself(option));
      return fc.oneof(...options.map(below));
    }
    case 'lazy':
      return depth < DEPTH ? fromSchema(def.getter(), text, depth + 1) : fc.constant({ case: 'fails' });
    default:
      throw new Error(`no values of a schema of the kind ${def.type}`);
  }
}

/** Whether a lazy schema is somewhere in it. */
function holdsItself(schema: z.core.$ZodType): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'lazy') return true;
  if (def.type === 'array') return holdsItself(def.element);
  if (def.type === 'optional') return holdsItself(def.innerType);
  return def.type === 'object' && Object.values(def.shape).some(holdsItself);
}
