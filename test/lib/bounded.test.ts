import { describe, expect, it } from 'vitest';
import { Bounded, leftOut } from '../../scripts/lib/bounded.ts';

describe('Bounded', () => {
  it('keeps a stream that fits as it is, however it is cut', () => {
    const bytes = Buffer.from('0123456789');
    for (let size = 1; size <= 10; size++) {
      const kept = new Bounded(10);
      for (let at = 0; at < 10; at += size) kept.add(bytes.subarray(at, at + size));
      expect([kept.text(), kept.omitted]).toEqual(['0123456789', 0]);
    }
  });

  it('keeps the beginning and the end of a longer one, however it is cut', () => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => 33 + (index % 90)));
    const wanted = `${bytes.toString('latin1', 0, 50)}${leftOut(899)}${bytes.toString('latin1', 949)}`;
    for (const size of [1, 7, 49, 50, 51, 100, 101, 333, 1000]) {
      const kept = new Bounded(101);
      for (let at = 0; at < 1000; at += size) kept.add(bytes.subarray(at, at + size));
      expect([kept.text(), kept.omitted]).toEqual([wanted, 899]);
    }
  });

  it('says how much is missing, also where nothing may be kept', () => {
    const kept = new Bounded(0);
    kept.add(Buffer.alloc(1_234_567));
    expect(kept.text()).toBe('\n... 1,234,567 bytes left out ...\n');
  });

  it('holds no buffer that it was given', () => {
    const kept = new Bounded(100);
    const piece = Buffer.from('abc');
    kept.add(piece);
    piece.fill('x');
    expect(kept.text()).toBe('abc');
  });
});
