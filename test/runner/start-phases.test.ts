import { describe, expect, it } from 'vitest';
import { describePhases, phaseRows } from '../../scripts/runner/start-phases.ts';

describe('describePhases', () => {
  it('says what the provider says of each, and ends with a first command', () => {
    const phases = [
      { name: 'pull', ms: 20.4 },
      { name: 'other', ms: 3 },
    ];
    expect(describePhases(phases, { phases: { pull: 'the image is there' } }, 56.4)).toEqual([
      { name: 'pull', ms: 20, what: 'the image is there' },
      { name: 'other', ms: 3, what: '' },
      { name: 'command', ms: 56, what: 'a first command' },
    ]);
  });
});

describe('phaseRows', () => {
  it('draws the longest phase longest, and sums up', () => {
    const rows = phaseRows([
      { name: 'kernel', ms: 3000, what: 'x' },
      { name: 'initrd', ms: 1500, what: 'y' },
    ]);
    expect(rows).toEqual([
      ['kernel', '  3.00 s', '█'.repeat(24), 'x'],
      ['initrd', '  1.50 s', '█'.repeat(12), 'y'],
      ['together', '  4.50 s', '', ''],
    ]);
  });
});
