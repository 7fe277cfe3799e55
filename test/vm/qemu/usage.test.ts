import { describe, expect, it } from 'vitest';
import { identify } from '../../../scripts/lib/process.ts';
import { privateBytes, usageOf } from '../../../vm/qemu/usage.ts';

const ROLLUP = `55d3c3ef7000-7fff2b8c1000 ---p 00000000 00:00 0                          [rollup]
Rss:              913408 kB
Pss:              877111 kB
Pss_Dirty:        876000 kB
Shared_Clean:      36296 kB
Shared_Dirty:          4 kB
Private_Clean:       100 kB
Private_Dirty:    877000 kB
Private_Hugetlb:       8 kB
Swap:                 20 kB
SwapPss:               7 kB
`;

describe('privateBytes', () => {
  it('counts what the process alone holds, and what of it is swapped out', () => {
    expect(privateBytes(ROLLUP)).toBe((100 + 877000 + 20) * 1024);
  });

  it('refuses a text that says nothing of it', () => {
    expect(() => privateBytes('')).toThrow('not a smaps_rollup');
  });
});

describe('usageOf', () => {
  it('tells of a process that runs', async () => {
    expect((await usageOf(identify(process.pid))).memoryBytes).toBeGreaterThan(1024 ** 2);
  });

  it('throws when there is none, or another got its number', async () => {
    await expect(usageOf(undefined)).rejects.toThrow('no QEMU');
    await expect(usageOf({ pid: process.pid, started: 'earlier' })).rejects.toThrow('no QEMU');
  });
});
