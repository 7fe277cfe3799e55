/**
 * Every file in `test/fixtures/scenarios/invalid` begins with what is wrong with it, in the order of the file:
 * `#! <line>:<column> <path>: <message>`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT, UsageError } from '../../scripts/lib/errors.ts';
import { loadScenario } from '../../scripts/scenario/load.ts';
import { ScenarioError } from '../../scripts/scenario/problems.ts';

const folder = join(import.meta.dirname, '../fixtures/scenarios/invalid');
const files = readdirSync(folder);

function thrownBy(load: () => unknown): unknown {
  try {
    load();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('an invalid scenario', () => {
  it.each(files)('%s', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const expected = [...text.matchAll(/^#! (\d+:\d+) (.*)$/gm)].map(
      ([, at, what]) => `${file}:${at}: ${what}`,
    );
    expect(expected).not.toEqual([]);

    const error = thrownBy(() => loadScenario(`./${file}`, { cwd: folder }));
    expect(error).toBeInstanceOf(ScenarioError);
    expect((error as ScenarioError).message.split('\n')).toEqual(expected);
    expect((error as ScenarioError).exitCode).toBe(EXIT.usage);
  });

  it('tells the parts of every problem to programs', () => {
    const error = thrownBy(() => loadScenario('./unknown-axis.yaml', { cwd: folder }));
    expect((error as ScenarioError).problems).toEqual([
      {
        file: 'unknown-axis.yaml',
        line: 5,
        column: 3,
        path: 'axes.cgrupDriver',
        message: 'unknown axis',
        suggestion: 'cgroupDriver',
      },
    ]);
  });

  it.each([
    ['./nowhere.yaml', 'nowhere.yaml: there is no such file'],
    ['nowhere.yml', 'nowhere.yml: there is no such file'],
    ['.', 'no scenario .'],
    ['./', '.: is a folder'],
    ['smok', 'no scenario smok; did you mean smoke?'],
    ['oom', 'no scenario oom; did you mean oom-4427?'],
    ['quantum', 'no scenario quantum'],
    ['', 'no scenario '],
  ])('is not there: %s', (name, message) => {
    const error = thrownBy(() => loadScenario(name, { cwd: folder }));
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toBe(message);
  });

  it('lists the names there are when it knows none like it', () => {
    const error = thrownBy(() => loadScenario('quantum', { cwd: folder }));
    expect((error as UsageError).hint).toContain(
      'containerd16-cgroupfs, kube-reserved, kubelet-oom-4427, mitigations-4427, node-e2e-conformance, oom-4427, rare-failure',
    );
  });
});
