import { describe, expect, it } from 'vitest';
import { ratios, seconds, spreadOf, spreadText } from '../../benchmarks/statistics.ts';

describe('spreadOf', () => {
  it('takes the middle of two', () => {
    expect(spreadOf([4, 1, 2, 9])).toEqual({ n: 4, min: 1, median: 3, max: 9 });
    expect(spreadOf([5, 7, 6])).toEqual({ n: 3, min: 5, median: 6, max: 7 });
    expect(spreadOf([])).toBeUndefined();
  });
});

describe('ratios', () => {
  it('pairs rounds, and leaves out those without both', () => {
    expect(ratios([10, undefined, 30], [5, 1, 3])).toEqual([2, 10]);
    expect(ratios([1, 2], [undefined, 4])).toEqual([0.5]);
  });
});

it('writes three digits', () => {
  expect([463.4, 11_640, 134_400].map(seconds)).toEqual(['0.463 s', '11.6 s', '134 s']);
  expect(spreadText({ n: 3, min: 400, median: 500, max: 2000 }, seconds)).toBe('0.5 s (0.4 s–2 s)');
});
