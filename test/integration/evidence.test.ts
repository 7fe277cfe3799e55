/** Evidence that a workload can't touch: one that clears, floods or forges the kernel's log, in real machines. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../scripts/lib/paths.ts';
import type { ReportCell } from '../../scripts/model/cell.ts';
import type { Report } from '../../scripts/model/report.ts';
import { Cli } from '../cli.ts';
import { cannotRun } from './can-run.ts';

const skip = await cannotRun();
const cli = new Cli();
const HOSTILE = join(packageRoot(), 'test/fixtures/scenarios/machine/hostile.yaml');

describe.skipIf(skip)('a workload that', () => {
  let report: Report;

  beforeAll(async () => {
    const { stdout } = await cli.run(['run', HOSTILE, '--json', '--out', 'out']);
    report = JSON.parse(stdout);
  });

  function cell(attack: string): ReportCell {
    const found = report.cells.find(({ axes }) => axes.attack === attack);
    if (found === undefined) throw new Error(`no cell ${attack}`);
    return found;
  }
  const judged = (attack: string) => cell(attack).samples.map((sample) => sample.judged);

  it('does nothing is good, one that is killed is bad', () => {
    expect(judged('none')).toEqual(['good', 'good']);
    expect(judged('kill')).toEqual(['bad', 'bad']);
  });

  it('clears the log, mounts over its files, or marks the end of its own sample or another, is bad all the same', () => {
    for (const attack of ['clear', 'mount', 'end', 'begin']) {
      expect(judged(attack), attack).toEqual(['bad', 'bad']);
      for (const { id, oomKills } of cell(attack).samples) {
        expect(oomKills, `${attack} ${id}`).toMatchObject([{ process: 'dd', sample: id }]);
      }
    }
  });

  it('writes of a kill has none, and its words are shown as its own', () => {
    expect(judged('forge')).toEqual(['good', 'good']);
    expect(cell('forge').oomKills).toEqual([]);
    const log = cli.read('out', join(cell('forge').dir, 'kernel.log'));
    const said = log.split('\n').filter((line) => line.includes('4711'));
    expect(said.length).toBeGreaterThanOrEqual(8);
    for (const line of said) expect(line).toMatch(/^user {2}:/);
  });

  it('writes of a panic is late, and no machine panicked', () => {
    const { samples, verdict, kernelEvents } = cell('panic');
    expect(judged('panic')).toEqual(['unjudged', 'unjudged']);
    for (const { because } of samples) expect(because).toMatch(/15 s/);
    expect(verdict.kind).toBe('skip');
    expect(JSON.stringify(verdict)).not.toContain('forged');
    expect(kernelEvents).toEqual([]);
  });

  it('floods the log is bad where its kill was read, and else not judged: never good', () => {
    for (const sample of cell('flood').samples) {
      if (sample.oomKills.length > 0) expect(sample.judged).toBe('bad');
      else
        expect(sample).toMatchObject({
          judged: 'unjudged',
          incomplete: expect.stringMatching(/gap|counted/),
        });
    }
  });
});

describe.skipIf(skip)('a program that cannot start', () => {
  it('is a skip that names what is missing, also where a failure is the symptom', async () => {
    const file = join(packageRoot(), 'test/fixtures/scenarios/machine/cannot-start.yaml');
    const { code, stdout } = await cli.run(['run', file, '--json', '--out', 'cannot-start']);
    const [cell]: Report['cells'] = JSON.parse(stdout).cells;
    expect(cell?.verdict).toMatchObject({
      kind: 'skip',
      reason: expect.stringMatching(/crun can't start: .*libyajl/),
    });
    expect(cell?.samples.map(({ judged }) => judged)).toEqual(['unjudged']);
    expect(code).toBe(125);
  });
});
