/** How the vocabulary is written down: a schema for each concept, from which its type is inferred. */
import { z } from 'zod';

/** What a schema lets pass, for reading only. */
export type Facts<S extends z.ZodType> = DeepReadonly<z.output<S>>;

/** For reading only, at any depth. */
export type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** An object with these fields. Others are let pass and kept: a later version may have added them. */
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape> {
  return z.object(shape).loose();
}

/** A field that is always said, though with nothing in it where nothing is known; in JSON it is left out then. */
export function maybe<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return schema.optional();
}
