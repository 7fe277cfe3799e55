import { expect, it } from 'vitest';
import { symptomSchema } from '../../scripts/model/symptom.ts';
import { symptom } from '../../scripts/scenario/symptom-schema.ts';

it('a file can write each kind of symptom that the model has, and is read as the model has it', () => {
  const written = [
    [{ any: [{ error: 'x' }, { any: [{ case: 'fails' }] }] }, undefined],
    [{ oomKill: { process: '/^runc/', constraint: 'memcg' } }, undefined],
    [{ error: ' x ' }, { error: 'x' }],
    [
      { metric: 'memory.peak', above: '12Mi' },
      { metric: 'memory.peak', above: 12 * 1024 ** 2 },
    ],
    [{ case: 'fails' }, undefined],
  ] as const;
  for (const [given, read = given] of written) expect(symptom.parse(given)).toEqual(read);
  const kinds = symptomSchema.options.map(({ shape }) => Object.keys(shape)[0]);
  expect(written.map(([given]) => Object.keys(given)[0])).toEqual(kinds);
});

it('what is a pattern in the model has to be one in a file', () => {
  for (const given of [{ error: '/(/' }, { oomKill: { cgroup: '/(/' } }]) {
    expect(symptom.safeParse(given).error?.issues[0]?.message).toMatch(/^not a regular expression/);
  }
  expect(symptom.safeParse({ metric: '/(/', below: 1 }).success).toBe(true);
});
