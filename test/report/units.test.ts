import { expect, test } from 'vitest';
import { formatInterval, formatSpread, summarise } from '../../scripts/report/units.ts';

test('a spread is in one unit, the one of its largest value', () => {
  expect(
    formatSpread(
      [9580, 12_100, 14_300].map((kib) => kib * 1024),
      'bytes',
    ),
  ).toBe('9.4–11.8–14.0 MiB');
  expect(formatSpread([850, 2400], 'ms')).toBe('0.85–1.63–2.40 s');
  expect(formatSpread([1, 2, 3], 'events')).toBe('1–2–3 events');
});

test('a spread of equal values is one value, of none nothing', () => {
  expect(formatSpread([4096, 4096], 'bytes')).toBe('4 KiB');
  expect(formatSpread([], 'bytes')).toBeUndefined();
});

test('quartiles are interpolated, whatever the order of the values', () => {
  expect(summarise([4, 1, 3, 2])).toEqual({ min: 1, q1: 1.75, median: 2.5, q3: 3.25, max: 4 });
  expect(summarise([7])).toEqual({ min: 7, q1: 7, median: 7, q3: 7, max: 7 });
  expect(summarise([Number.NaN])).toBeUndefined();
});

test('an interval is rounded outwards, but not by a binary fraction', () => {
  expect(formatInterval({ low: 0.8316, high: 1 })).toBe('83–100%');
  expect(formatInterval({ low: 0, high: 0.1601 })).toBe('0–17%');
  expect(formatInterval({ low: 0.29, high: 0.57 })).toBe('29–57%');
});
