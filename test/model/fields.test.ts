/** What is inferred from a schema, as `tsc` sees it: that is what everybody writes against. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { type Facts, fields, maybe } from '../../scripts/model/fields.ts';

const schema = fields({
  always: z.string(),
  told: maybe(z.number()),
  left: z.string().optional(),
  list: z.array(fields({ name: z.string() })),
});
type One = Facts<typeof schema>;

const one: One = { always: 'x', told: undefined, list: [{ name: 'y' }] };

describe('what is inferred', () => {
  it('is for reading only, to the bottom', () => {
    expectTypeOf<One>().toEqualTypeOf<{
      readonly always: string;
      readonly told: number | undefined;
      readonly left?: string | undefined;
      readonly list: readonly { readonly name: string }[];
    }>();
  });

  it('has all fields but the optional ones, and no others', () => {
    // @ts-expect-error `told` has to be said, though with undefined.
    const forgotten: One = { always: 'x', list: [] };
    // @ts-expect-error There is no such field.
    const unknown: One = { ...one, always: 'x', more: 1 };
    // @ts-expect-error A list's members are for reading, too.
    const write = (given: One) => given.list.push({ name: 'z' });
    expect([forgotten, unknown, write]).toHaveLength(3);
  });
});

describe('reading', () => {
  it('lets pass that nothing stands where nothing is known: JSON leaves it out', () => {
    const text = JSON.stringify(one);
    expect(text).not.toContain('told');
    expect(schema.parse(JSON.parse(text))).toEqual(one);
  });

  it('keeps fields of a later version, at any place', () => {
    const later = { ...one, added: 1, list: [{ name: 'y', added: { deep: true } }] };
    expect(schema.parse(later)).toEqual(later);
  });

  it('refuses what is not there, or of another type', () => {
    expect(schema.safeParse({ told: 1, list: [] }).success).toBe(false);
    expect(schema.safeParse({ ...one, told: '1' }).success).toBe(false);
  });
});
