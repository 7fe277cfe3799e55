/** Every case of every suite, in real machines: both drivers, containerd 1.7 and 2. (cgroup v1: machine.test.ts.) */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../scripts/lib/paths.ts';
import type { Report } from '../../scripts/model/report.ts';
import { SUITES } from '../../scripts/suites/catalog.ts';
import { Cli } from '../cli.ts';
import { cannotRun } from './can-run.ts';

const skip = await cannotRun();
const cli = new Cli();

/** A busy host: containerd saw the container's end before the kernel's OOM event, and calls it an error. */
const MISSED = /should be OOMKilled with exit code 137, but: .*reason 'Error', exit code 137/;

describe.skipIf(skip)('the cases of the suites', () => {
  it.each([
    ['oci', 'oci-all'],
    ['cri', 'cri-all'],
  ])('%s: pass where nothing is wrong', async (suite, name) => {
    const file = join(packageRoot(), 'test/fixtures/scenarios/machine', `${name}.yaml`);
    const { code, stdout, stderr } = await cli.run(['run', file, '--json', '--out', name]);
    const report: Report = JSON.parse(stdout);
    const failures = report.cells.flatMap((cell) =>
      cell.samples
        .filter((sample) => sample.judged !== 'good')
        .map((sample) => `${cell.id} ${sample.id}: ${[sample.because, ...sample.errors].join('; ')}`),
    );
    const other = failures.filter((text) => !MISSED.test(text));
    expect(other, other.join('\n')).toEqual([]);
    expect(code, stderr).toBe(failures.length === 0 ? 0 : 1);
    const cases = (SUITES[suite]?.cases ?? []).map(({ id }) => id).sort();
    for (const cell of report.cells) expect(cell.samples.map((sample) => sample.case).sort()).toEqual(cases);
  });
});
