import { expect, test } from 'vitest';
import { once } from '../../scripts/lib/once.ts';

test('each thing is asked for once, also where nothing comes of it', () => {
  const asked: string[] = [];
  const ask = once((name: string) => {
    asked.push(name);
    return name === 'nothing' ? undefined : name.length;
  });
  expect(['one', 'nothing', 'one', 'nothing', 'three'].map(ask)).toEqual([3, undefined, 3, undefined, 5]);
  expect(asked).toEqual(['one', 'nothing', 'three']);
});
