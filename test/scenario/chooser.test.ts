import { describe, expect, it } from 'vitest';
import type { Axes } from '../../scripts/model/axes.ts';
import { chooser, chosenAmong } from '../../scripts/scenario/chooser.ts';
import { product } from '../../scripts/scenario/matrix.ts';
import { matches } from '../../scripts/scenario/select.ts';
import type { Selector } from '../../scripts/scenario/types.ts';

const points = product({ a: ['x', 'y', 'z'], b: [1, 2], c: [true, false] });
const selectors: Selector[] = [
  {},
  { a: 'x' },
  { a: ['x', 'y'], b: 1 },
  { b: '2', c: 'true' },
  { c: [true, false] },
  { a: 'never' },
  { d: 'x' },
  { a: ['z', 'z'], b: [1, 2], c: false },
];

describe('chooser', () => {
  it.each(points.map((point) => [point]))('%j is chosen by those that match', (point) => {
    const wanted = selectors.flatMap((selector, index) => (matches(selector, point) ? [index] : []));
    expect(chooser(selectors)(point)).toEqual(wanted);
  });

  it('asks few selectors of a point, however many there are', () => {
    const asked: string[] = [];
    const point: Axes = new Proxy<Axes>(
      { a: 'a7', b: 'b7' },
      {
        get: (axes, axis) => {
          asked.push(String(axis));
          return Reflect.get(axes, axis);
        },
      },
    );
    const many = Array.from({ length: 1000 }, (_, one) => ({ a: `a${one}`, b: [`b${one % 10}`, 'b7'] }));
    expect(chooser(many)(point)).toEqual([7]);
    // Each look at a value is counted; without the index there are two thousand.
    expect(asked.length).toBeLessThan(10);
  });
});

it('tells who chooses a point, and who is the first to', () => {
  const { any, first } = chosenAmong(points, [{ a: 'x' }, { a: ['x', 'y'] }, { a: 'y' }, { a: 'never' }]);
  expect([...any].sort()).toEqual([0, 1, 2]);
  expect([...first].sort()).toEqual([0, 1]);
});
