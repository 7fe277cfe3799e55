/**
 * Kubernetes' own node tests, in a real machine: only where they have been built, and when asked for by
 * REPRO_TEST_NODE_E2E=1. Under emulation, their services alone take minutes to start.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheDir, packageRoot } from '../../scripts/lib/paths.ts';
import type { Report } from '../../scripts/model/report.ts';
import { Cli } from '../cli.ts';
import { cannotRun } from './can-run.ts';

const built = await readdir(join(cacheDir(), 'build')).catch(() => []);
const missing = ['kubelet-', 'e2eNode-'].filter((name) => !built.some((entry) => entry.startsWith(name)));
if (missing.length > 0)
  console.warn('NOT TESTED: the suite node-e2e; npx repro run node-e2e-conformance builds what it needs');
else if (process.env.REPRO_TEST_NODE_E2E !== '1')
  console.warn('NOT TESTED: the suite node-e2e, which takes long; REPRO_TEST_NODE_E2E=1 tests it');
const skip = (await cannotRun()) || missing.length > 0 || process.env.REPRO_TEST_NODE_E2E !== '1';
const cli = new Cli();

describe.skipIf(skip)('the node tests of Kubernetes', () => {
  it('pass, each for itself, and what needs an image that is not there is skipped by its name', async () => {
    const file = join(packageRoot(), 'test/fixtures/scenarios/machine/node-e2e.yaml');
    const { code, stdout, stderr } = await cli.run(['run', file, '--json', '--out', 'node-e2e']);
    const report: Report = JSON.parse(stdout);
    const [cell] = report.cells;
    const [sample] = cell?.samples ?? [];
    const said = [cell?.verdict.reason, ...(sample?.errors ?? [])].join('\n');
    const results = sample?.tests?.map(({ name, outcome, message }) => [
      name.split(' [')[0],
      outcome,
      message,
    ]);
    expect(results, said).toEqual([
      ['[sig-node] ConfigMap should be consumable via environment variable', 'passed', undefined],
      ['[sig-node] ConfigMap should be consumable via the environment', 'passed', undefined],
      [
        '[sig-storage] Secrets should be consumable in multiple volumes in a pod',
        'skipped',
        'image: agnhost',
      ],
    ]);
    expect(cell?.guest.kubelet?.reported).toBe('Kubernetes v1.20.2');
    expect(code, stderr).toBe(0);
  });
});
