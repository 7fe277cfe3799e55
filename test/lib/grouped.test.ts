import { expect, test } from 'vitest';
import { grouped } from '../../scripts/lib/grouped.ts';

test('groups come in the order of their first items, items in their own', () => {
  const groups = grouped([3, 1, 4, 1, 5, 9], (item) => item % 2);
  expect([...groups]).toEqual([
    [1, [3, 1, 1, 5, 9]],
    [0, [4]],
  ]);
});
