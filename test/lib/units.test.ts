import { expect, test } from 'vitest';
import { formatBytes, formatMs, formatShare, formatValue } from '../../scripts/lib/units.ts';

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
