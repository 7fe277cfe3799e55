/** What a scenario writes of a suite's parameters, and what the suite's code is called with. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { SUITES } from '../../scripts/suites/catalog.ts';
import { describeSuite, type ParamsOf } from '../../scripts/suites/description.ts';
import { quantity } from '../../scripts/suites/params.ts';
import { fakeMachine, recordedSink, suiteContext } from './support.ts';

const params = z.strictObject({
  memoryLimit: quantity('a limit').prefault('15Mi'),
  room: quantity('some room').optional().describe('room'),
  count: z.int().min(1).default(5),
  driver: z.enum(['same', 'systemd']).default('same'),
});
type Params = ParamsOf<typeof params>;

/** The suite, and what its code was called with. */
function suite() {
  const seen: Params[] = [];
  const description = describeSuite({
    id: 'mine',
    title: 'mine',
    components: [],
    cases: [{ id: 'a', title: 'a' }],
    params,
    timeMetrics: [],
    openAxes: false,
    cost: { prepare: 1, sample: 1 },
    load: async () => ({
      id: 'mine',
      async prepare(place) {
        expectTypeOf(place.params).toEqualTypeOf<Params>();
        expectTypeOf(place.params.memoryLimit).toEqualTypeOf<number>();
        expectTypeOf(place.params.driver).toEqualTypeOf<'same' | 'systemd'>();
        seen.push(place.params);
        return {
          take: async (sample) => {
            seen.push(sample.params);
          },
          inspect: async () => ({}),
          async [Symbol.asyncDispose]() {},
        };
      },
      logs: async () => ({}),
    }),
  });
  return { description, seen };
}

const { signal } = new AbortController();
const place = { machine: fakeMachine(() => ({})), context: suiteContext() };

describe('the code of a suite', () => {
  it('is called with what its schema makes of the parameters, the same for all of a kind', async () => {
    const { description, seen } = suite();
    const loaded = await description.load();
    await using prepared = await loaded.prepare({ ...place, params: { room: 1000, count: 2 } }, signal);
    const sink = recordedSink();
    await prepared.take({ caseId: 'a', params: { memoryLimit: '1Ki', driver: 'systemd' }, sink }, signal);
    expect(seen).toEqual([
      { memoryLimit: 15 * 1024 ** 2, room: 1000, count: 2, driver: 'same' },
      { memoryLimit: 1024, count: 5, driver: 'systemd' },
    ]);
  });

  it.each([
    [{ memoryLimit: 'much' }, 'memoryLimit: must be a memory quantity, such as 15Mi'],
    [{ count: '2' }, 'count: '],
    [{ count: 0, driver: 'none' }, /count: .*; driver: /],
    [{ other: 1 }, 'Unrecognized key'],
  ])('is never called with %j', async (written, why) => {
    const { description, seen } = suite();
    const loaded = await description.load();
    const prepare = loaded.prepare({ ...place, params: written }, signal);
    await expect(prepare).rejects.toMatchObject({
      code: 'parameters',
      message: expect.stringMatching(/^suite mine can't be run with such parameters: /),
    });
    await expect(prepare).rejects.toThrow(why);
    expect(seen).toEqual([]);
  });
});

describe('all others', () => {
  it('see parameters as a scenario writes them', () => {
    const { shape } = suite().description.params;
    const written = (name: string, value: unknown) => z.safeParse(shape[name] ?? z.never(), value).data;
    expect(written('memoryLimit', undefined)).toBe('15Mi');
    expect(written('memoryLimit', '1Ki')).toBe('1Ki');
    expect(written('room', undefined)).toBeUndefined();
    expect(written('room', 1000)).toBe(1000);
    expect(z.globalRegistry.get(shape.room ?? z.never())?.description).toBe('room');
  });

  it.each(Object.values(SUITES))(
    'of $id, too: a value that is given is the value there is',
    ({ params: own }) => {
      for (const field of Object.values(own.shape)) expect(field).not.toBeInstanceOf(z.ZodPrefault);
      const { properties = {} } = z.toJSONSchema(own, { io: 'output' });
      expect(properties).toEqual(z.toJSONSchema(own, { io: 'input' }).properties);
    },
  );
});

it('a default of what a transformation makes can not be written: it is refused', () => {
  const wrong = { ...suite().description, params: z.strictObject({ limit: quantity('x').default(5) }) };
  const load = async () => {
    throw new Error('not called');
  };
  expect(() => describeSuite({ ...wrong, load })).toThrow('by prefault');
});
