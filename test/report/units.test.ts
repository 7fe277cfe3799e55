import { expect, test } from 'vitest';
import {
  formatBytes,
  formatInterval,
  formatMs,
  formatShare,
  formatSpread,
  formatValue,
  summarise,
} from '../../scripts/report/units.ts';

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1024, '1 KiB'],
  [3452 * 1024, '3.37 MiB'],
  [15 * 1024 ** 2, '15 MiB'],
  [10.47 * 1024 ** 2, '10.5 MiB'],
  [9.996 * 1024 ** 2, '10.0 MiB'],
  [850, '850 B'],
  [13.4 * 1024 ** 2, '13.4 MiB'],
  [512 * 1024 ** 2, '512 MiB'],
  [1.5 * 1024 ** 4, '1.50 TiB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each([
  [0, '0 ms'],
  [850.4, '850 ms'],
  [12_345, '12.3 s'],
  [59_940, '59.9 s'],
  [60_000, '1 min 00 s'],
  [192_000, '3 min 12 s'],
  [119_700, '2 min 00 s'],
  [3_840_000, '1 h 04 min'],
])('%d ms are %s', (ms, text) => expect(formatMs(ms)).toBe(text));

test.each([
  [0.95, '95%'],
  [0.29, '29%'],
  [0.99975, '99.975%'],
  [1 / 3, '33.3333%'],
])('a share of %d is %s', (share, text) => expect(formatShare(share)).toBe(text));

test('units that are neither bytes nor ms stay as they are', () => {
  expect(formatValue(3, 'events')).toBe('3 events');
  expect(formatValue(0.25, '')).toBe('0.25');
});

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
