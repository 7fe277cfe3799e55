/** Two scenarios in one run: their cells run side by side, and one build runs once under two names. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { Cli, type CliResult } from '../cli.ts';
import { cannotRun } from './can-run.ts';

const skip = await cannotRun();
const cli = new Cli();
const scenario = (name: string) => join(packageRoot(), `test/fixtures/scenarios/machine/${name}.yaml`);

describe.skipIf(skip)('repro run pair twins', () => {
  let result: CliResult;

  beforeAll(async () => {
    result = await cli.run(['run', scenario('pair'), scenario('twins'), '--out', 'run']);
  });

  it('judges all four cells, in a report for each scenario', () => {
    expect(result.code, result.stderr).toBe(0);
    const verdicts = (name: string) =>
      cli.report(`run/${name}`).cells.map(({ id, verdict }) => [id, verdict.kind]);
    expect(verdicts('pair')).toEqual([
      ['pair/word=one', 'good'],
      ['pair/word=two', 'good'],
    ]);
    expect(verdicts('twins')).toEqual([
      ['twins/runc=1.1.15', 'good'],
      ['twins/runc=deb:trixie', 'good'],
    ]);
  });

  it('has machines of both scenarios running at the same time', () => {
    const told = [...result.stderr.matchAll(/^\S+ ((?:pair|twins)\/\S+): (started|good|bad|skip)/gm)];
    const running = new Set<string>();
    const together = told.map(([, cell = '', what]) => {
      if (what === 'started') running.add(cell);
      else running.delete(cell);
      return [...running].map((id) => id.split('/')[0]);
    });
    expect(together, result.stderr).toContainEqual(expect.arrayContaining(['pair', 'twins']));
  });

  it('runs the build with two names once, and says so', () => {
    const { cells } = cli.report('run/twins');
    // Whichever was ready first.
    const ran = cells.find(({ sharedWith }) => sharedWith === undefined);
    const shared = cells.find(({ sharedWith }) => sharedWith === ran?.id);
    expect(shared).toMatchObject({ guest: ran?.guest, content: ran?.content, samples: [] });
    expect(ran?.samples).toHaveLength(1);
    expect(result.stdout).toMatch(/= runc .*1\.1\.15.*: as runc .*1\.1\.15/);
  });
});
