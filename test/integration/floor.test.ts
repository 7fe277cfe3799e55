/** `repro floor` on a real machine: runc 1.1.5 starts under 8Mi, and not under 1Mi. A coarse grid, to be quick. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Floors } from '../../scripts/floor/types.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { Cli, type CliResult } from '../cli.ts';
import { cannotRun } from './can-run.ts';

const skip = await cannotRun();
const cli = new Cli();
const MI = 1024 ** 2;
const scenario = join(packageRoot(), 'test/fixtures/scenarios/machine/runc-start-8mi.yaml');

describe.skipIf(skip)('repro floor of runc 1.1.5', () => {
  let result: CliResult;

  beforeAll(async () => {
    const grid = ['--from', '1Mi', '--to', '15Mi', '--step', '7Mi', '--rate', '50%'];
    result = await cli.run(['floor', scenario, ...grid, '--json', '--out', 'run']);
  });

  it('is 8Mi, above 1Mi, with the builds beside it', () => {
    expect(result.code, result.stderr).toBe(0);
    const { floors }: Floors = JSON.parse(result.stdout);
    expect(floors).toMatchObject([
      { certified: 8 * MI, unreliable: MI, failedAt: MI, cgroup: 'v2', cgroupDriver: 'cgroupfs' },
    ]);
    expect(floors[0]?.runtime?.reported).toContain('1.1.5');
    expect(floors[0]?.runtime?.bytes).toBeGreaterThan(5 * MI);
    expect(floors[0]?.kernel).toMatch(/^6\./);
  });

  it('leaves a page, a summary and the evidence of every sample', () => {
    expect(cli.read('run', 'floor.md')).toContain('| 8Mi | 1Mi–8Mi | 1Mi |');
    expect(cli.read('run', 'floor.html')).toContain('<td>1Mi–8Mi</td>');
    expect(cli.read('run', 'report.html')).toContain('Every limit that was tried');
    const [cell] = cli.report('run').cells;
    const limits = new Set(cell?.samples.map(({ params }) => params?.memoryLimit));
    expect(limits).toEqual(new Set([8 * MI, MI]));
  });
});
