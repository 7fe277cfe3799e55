/**
 * `repro bench` on real machines. What it must say of a busy host nobody knows beforehand: what is tested is that it
 * times what it should, and claims nothing below the noise that it measured.
 */
import { describe, expect, it } from 'vitest';
import type { Benchmark } from '../../scripts/bench/types.ts';
import { Cli } from '../cli.ts';
import { cannotRun } from './can-run.ts';

const skip = await cannotRun();
const cli = new Cli();
const CODES = { slower: 1, faster: 0, alike: 0, inconclusive: 125 };

describe.skipIf(skip)('repro bench of runc 1.1.15', () => {
  it('times it beside 1.1.5 on three machines, and that beside itself', async () => {
    const arms = ['--baseline', '1.1.5', '--candidate', '1.1.15'];
    const size = ['--samples', '3', '--set', 'count=2', '--seed', '7'];
    const result = await cli.run(['bench', 'start-latency', ...arms, ...size, '--json', '--out', 'bench']);
    const { outcome, order, timings, gaps, builds }: Benchmark = JSON.parse(result.stdout);
    expect(result.code, result.stderr).toBe(CODES[outcome]);
    expect(gaps).toEqual([]);
    expect([...builds.baseline, ...builds.candidate].join()).toMatch(/runc 1\.1\.5.*runc 1\.1\.15/);
    const machines = order.map(({ cell }) => /arm=(.*)/.exec(cell)?.[1]);
    expect(new Set(machines)).toEqual(new Set(['baseline', 'again', 'candidate']));
    // 2 cases, 3 machines, 3 rounds and the one that warms up.
    expect(order).toHaveLength(2 * 3 * 4);
    const totals = timings.filter(({ metric }) => metric === 'start.total');
    expect(totals.map((one) => one.case).sort()).toEqual(['concurrent', 'sequential']);
    for (const { baseline, candidate, ratio, noise, ...one } of totals) {
      expect([baseline.n, candidate.n]).toEqual([6, 3]);
      // So few rounds may bound nothing, and JSON has no infinity.
      const most = noise ?? Number.POSITIVE_INFINITY;
      expect(most).toBeGreaterThanOrEqual(1);
      expect(ratio.low).toBeLessThanOrEqual(ratio.estimate);
      if (one.outcome === 'slower') expect(ratio.low).toBeGreaterThan(most);
      if (one.outcome === 'faster') expect(ratio.high).toBeLessThan(1 / most);
    }
    expect(cli.read('bench', 'bench.md')).toContain('1.1.5 → 1.1.15');
    expect(cli.read('bench', 'report.html')).toContain('start.total');
  });
});
