import { expect, test } from 'vitest';
import { parseShare } from '../../scripts/scenario/schema.ts';
import { scenarioOf } from './fixture.ts';

test.each([
  [{ samples: 7 }, 7, { auto: false, rate: undefined, confidence: 0.95 }],
  [{ samples: 'auto' }, 100, { auto: true, rate: 0.05, confidence: 0.95 }],
  [
    { samples: 'auto', maxSamples: 400, rate: '1%', confidence: 0.99 },
    400,
    { auto: true, rate: 0.01, confidence: 0.99 },
  ],
  [{ samples: 7, rate: 0.2 }, 7, { auto: false, rate: 0.2, confidence: 0.95 }],
])('%j', (keys, samples, sampling) => {
  const [cell] = scenarioOf({
    suite: 'oci',
    axes: { runc: ['1.1.5'] },
    symptom: { case: 'fails' },
    ...keys,
  }).cells;
  expect(cell).toMatchObject({ samples, sampling });
});

test('an override may sample some cells until they are settled, and the others not', () => {
  const { cells } = scenarioOf({
    suite: 'oci',
    axes: { runc: ['1.1.5', '1.1.15'] },
    symptom: { case: 'fails' },
    samples: 3,
    rate: '10%',
    overrides: [{ when: { runc: '1.1.15' }, samples: 'auto' }],
  });
  expect(cells.map(({ samples, sampling }) => [samples, sampling.auto, sampling.rate])).toEqual([
    [3, false, 0.1],
    [100, true, 0.1],
  ]);
});

test.each([
  ['5%', 0.05],
  ['0.05', 0.05],
  [0.2, 0.2],
  ['100%', 1],
  ['%5', undefined],
  ['-1', undefined],
  ['1e-3', undefined],
])('a share of %j is %j', (text, share) => {
  expect(parseShare(text)).toBe(share);
});
