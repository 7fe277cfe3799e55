import { describe, expect, test } from 'vitest';
import { type Changes, search, subsets } from '../../scripts/isolate/search.ts';
import type { Known } from '../../scripts/isolate/types.ts';

/** Runs what the search asks for until it is over. */
function solve(axes: readonly string[], judge: (changes: Changes) => Known) {
  const ran = new Map<string, Known>();
  const batches: number[] = [];
  for (;;) {
    const { next, cause } = search(axes, (changes) => ran.get([...changes].sort().join()));
    if (next.length === 0) return { cause, ran: [...ran.keys()], batches };
    batches.push(next.length);
    for (const changes of next) {
      const key = [...changes].sort().join();
      expect(ran.has(key), `${key} is asked for once`).toBe(false);
      ran.set(key, judge(changes));
    }
  }
}

const bad =
  (...needed: string[]) =>
  (changes: Changes): Known =>
    needed.every((axis) => changes.includes(axis)) ? 'bad' : 'good';

const THREE = ['containerd', 'driver', 'runc'];
const SEVEN = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

describe('the search', () => {
  test('begins with both ends, and ends there when they are not what they should be', () => {
    expect(search(THREE, () => undefined).next).toEqual([THREE, []]);
    expect(solve(THREE, () => 'good')).toMatchObject({ cause: undefined, batches: [2] });
    expect(solve(THREE, () => 'bad')).toMatchObject({ cause: undefined, batches: [2] });
    expect(solve(THREE, (changes) => (changes.length === 0 ? 'open' : 'bad')).cause).toBeUndefined();
  });

  test('with few axes runs every combination, and finds what it takes', () => {
    for (const cause of [['runc'], ['driver', 'runc'], THREE]) {
      const found = solve(THREE, bad(...cause));
      expect(found.cause).toEqual(cause);
      expect(found.ran).toHaveLength(8);
      expect(found.batches).toEqual([2, 6]);
    }
  });

  test('with many axes runs few of them', () => {
    const one = solve(SEVEN, bad('e'));
    expect(one.cause).toEqual(['e']);
    expect(one.ran.length).toBeLessThan(18);
    const two = solve(SEVEN, bad('b', 'f'));
    expect(two.cause).toEqual(['b', 'f']);
    expect(two.ran.length).toBeLessThan(40);
  });

  test('shows at last what each axis does alone, where there is a failure to change', () => {
    const { ran } = solve(SEVEN, bad('e'));
    for (const axis of SEVEN) expect(ran).toContain(SEVEN.filter((one) => one !== axis).join());
  });

  test('goes around points that can not be run', () => {
    const judge = (changes: Changes): Known =>
      changes.includes('runc') !== changes.includes('driver') ? 'open' : bad('runc')(changes);
    expect(solve(THREE, judge).cause).toEqual(['driver', 'runc']);
  });
});

test('subsets, the smallest first', () => {
  expect(subsets(['a', 'b'])).toEqual([[], ['b'], ['a'], ['a', 'b']]);
});
