import { describe, expect, it } from 'vitest';
import { startPhases } from '../../../vm/qemu/start-phases.ts';

const clues = {
  kernelLog: '[    0.000000] Linux version 6.12\n[    3.134068] Run /init as init process\n',
  console: 'repro-init: root ready at 4.34\r\nrepro: ready 9.43\r\n',
  systemd: 'UnitsLoadFinishTimestampMonotonic=7098941\nInactiveExitTimestampMonotonic=8493677\n',
};
const cold = {
  start: 'cold' as const,
  bootPhases: [
    { name: 'prepare', ms: 20 },
    { name: 'boot', ms: 10_430 },
    { name: 'answer', ms: 300 },
  ],
};
const named = (phases: readonly { name: string; ms: number }[]) => phases.map(({ name, ms }) => [name, ms]);

describe('startPhases', () => {
  it("splits a boot by the guest's clock, and QEMU has what is left", () => {
    expect(named(startPhases(cold, clues))).toEqual([
      ['prepare', 20],
      ['firmware', 1000],
      ['kernel', 3134],
      ['initrd', 1206],
      ['systemd', 2759],
      ['services', 1395],
      ['agent', 936],
      ['answer', 300],
    ]);
  });

  it('gives the time of a mark that is missing to the phase after it', () => {
    const phases = startPhases(cold, { ...clues, systemd: '' });
    expect(named(phases).slice(1, 5)).toEqual([
      ['firmware', 1000],
      ['kernel', 3134],
      ['initrd', 1206],
      ['agent', 5090],
    ]);
    expect(named(startPhases(cold, { kernelLog: '', console: '', systemd: '' }))[1]).toEqual([
      'boot',
      10_430,
    ]);
  });

  it('does not take the boot of the snapshot for that of a restored machine', () => {
    const warm = { start: 'warm' as const, bootPhases: [{ name: 'restore', ms: 200 }] };
    expect(named(startPhases(warm, clues))).toEqual([['restore', 200]]);
  });
});
