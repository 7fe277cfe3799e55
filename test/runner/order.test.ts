import { describe, expect, it } from 'vitest';
import type { Axes } from '../../scripts/model/axes.ts';
import type { VerdictKind } from '../../scripts/model/verdict.ts';
import { distance, interleave, mostInformativeFirst } from '../../scripts/runner/order.ts';

/** `a=1 b=x !bad`: axes, and the expected verdict if there is one. */
function cell(text: string) {
  const axes: Record<string, string> = {};
  for (const [, axis = '', value = ''] of text.matchAll(/(\w+)=(\w+)/g)) axes[axis] = value;
  const verdict = /!(\w+)/.exec(text)?.[1] as VerdictKind | undefined;
  return { text, cell: { axes, expect: verdict && { when: {}, verdict } } };
}

const ordered = (...cells: string[]) => mostInformativeFirst(cells.map(cell)).map(({ text }) => text);

describe('mostInformativeFirst', () => {
  it("keeps the scenario's order where nothing is expected", () => {
    expect(ordered('a=1', 'a=2', 'a=3')).toEqual(['a=1', 'a=2', 'a=3']);
  });

  it('an expected bad cell comes first, then the good one that is closest to it', () => {
    const far = 'a=1 b=x c=x !good';
    const near = 'a=1 b=y c=y !good';
    const bad = 'a=2 b=y c=y !bad';
    expect(ordered('a=3 b=y c=y', far, near, bad)).toEqual([bad, near, 'a=3 b=y c=y', far]);
  });

  it('the closest pair comes first, and of equally close ones that of the scenario', () => {
    const good = ['a=1 b=x !good', 'a=1 b=y !good'];
    const [first, second, odd] = ['a=2 b=x !bad', 'a=2 b=y !bad', 'a=3 b=z !bad'];
    expect(ordered(odd, ...good, first, second)).toEqual([first, good[0], second, good[1], odd]);
  });

  it('a cell stands once, also as the neighbour of several', () => {
    expect(ordered('a=1 !good', 'a=2 !bad', 'a=3 !bad')).toEqual(['a=2 !bad', 'a=1 !good', 'a=3 !bad']);
  });

  it('an expected bad cell comes first without a neighbour, too', () => {
    expect(ordered('a=1', 'a=2 !skip', 'a=3 !bad')).toEqual(['a=3 !bad', 'a=1', 'a=2 !skip']);
  });
});

describe('distance', () => {
  it.each<[Axes, Axes, number]>([
    [{ a: 1 }, { a: '1' }, 0],
    [{ a: 1, b: 2 }, { a: 1, b: 3 }, 1],
    [{ a: 1, b: 2 }, { a: 2, b: 3 }, 2],
    [{ a: 1 }, { a: 1, b: 2 }, 1],
    [{}, {}, 0],
  ])('%j and %j differ in %d', (a, b, axes) => {
    expect(distance(a, b)).toBe(axes);
  });
});

describe('interleave', () => {
  it('takes one of each in turn', () => {
    expect(interleave([['a1', 'a2', 'a3'], ['b1'], [], ['d1', 'd2']])).toEqual([
      ...['a1', 'b1', 'd1'],
      ...['a2', 'd2'],
      'a3',
    ]);
  });

  it('of nothing is nothing', () => {
    expect(interleave([])).toEqual([]);
  });
});
