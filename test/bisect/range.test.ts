import { describe, expect, it } from 'vitest';
import { addBit, emptyBits, fullBits, hasBit, membersOf } from '../../scripts/bisect/bits.ts';
import { inseparable, makeRange, parseRevList, type Range } from '../../scripts/bisect/range.ts';
import { lineRange, MERGED, mergedRange } from './graphs.ts';

const reached = (range: Range, id: string) =>
  membersOf(range.reach(id))
    .map((index) => range.candidates[index])
    .sort();

describe('bits', () => {
  it('holds what was added, over the bounds of words', () => {
    const bits = emptyBits(70);
    for (const index of [0, 31, 32, 69]) addBit(bits, index);
    expect(membersOf(bits)).toEqual([0, 31, 32, 69]);
    expect([31, 33, 69, 1000].map((index) => hasBit(bits, index))).toEqual([true, false, true, false]);
    expect(membersOf(fullBits(33))).toHaveLength(33);
  });
});

describe('parseRevList', () => {
  it('reads a commit and its parents a line', () => {
    const [one, two, three] = ['a', 'b', 'c'].map((letter) => letter.repeat(40));
    expect(parseRevList(`${one} ${two} ${three}\n${two}\n\nwarning: something\n`)).toEqual([
      { id: one, parents: [two, three] },
      { id: two, parents: [] },
    ]);
  });
});

describe('makeRange', () => {
  it('a commit of a line reaches itself and all before it', () => {
    const range = lineRange(5);
    expect(range.candidates).toEqual(['c5', 'c4', 'c3', 'c2', 'c1']);
    expect(reached(range, 'c3')).toEqual(['c1', 'c2', 'c3']);
    expect(reached(range, 'c5')).toHaveLength(5);
    expect(reached(range, 'old')).toEqual([]);
  });

  it('side branches are separate until their merge', () => {
    const range = mergedRange();
    expect(reached(range, 'b')).toEqual(['a', 'b']);
    expect(reached(range, 's2')).toEqual(['a', 's1', 's2']);
    expect(reached(range, 'm')).toEqual(['a', 'b', 'm', 's1', 's2']);
  });

  it('with the first parent alone, a merge stands for its branch', () => {
    expect(mergedRange(true).candidates).toEqual(['tip', 'm', 'b', 'a']);
    const all = makeRange({ newest: 'tip', listing: MERGED, firstParent: true });
    expect(reached(all, 'm')).toEqual(['a', 'b', 'm']);
  });

  it('the newest revision reaches all, also when it did not change the path that limits the range', () => {
    const range = makeRange({ newest: 'elsewhere', listing: [{ id: 'c1', parents: [] }] });
    expect(reached(range, 'elsewhere')).toEqual(['c1']);
  });

  it('refuses a list in which it could not trust the order', () => {
    const listing = [...MERGED].reverse();
    expect(() => makeRange({ newest: 'tip', listing })).toThrow('after its parent');
    expect(() => makeRange({ newest: 'tip', listing: [...MERGED, ...MERGED] })).toThrow('listed twice');
  });
});

describe('inseparable', () => {
  const names = (range: Range, id: string, untestable: string[]) =>
    inseparable(
      range,
      range.indexOf(id) ?? -1,
      range.candidates.filter((one) => !untestable.includes(one)),
    ).map((index) => range.candidates[index]);

  it('is the commit itself where all can be tested', () => {
    for (const id of MERGED.map((one) => one.id)) expect(names(mergedRange(), id, [])).toEqual([id]);
  });

  it('is a run of skips with the commit after it', () => {
    expect(names(lineRange(6), 'c3', ['c2', 'c3'])).toEqual(['c4', 'c3', 'c2']);
    expect(names(lineRange(6), 'c4', ['c2', 'c3'])).toEqual(['c4', 'c3', 'c2']);
    expect(names(lineRange(6), 'c1', ['c2', 'c3'])).toEqual(['c1']);
  });

  it('does not mix the branches of a merge', () => {
    expect(names(mergedRange(), 's1', ['s1', 'm'])).toEqual(['s2', 's1']);
    expect(names(mergedRange(), 'm', ['s1', 'm'])).toEqual(['tip', 'm']);
  });
});
