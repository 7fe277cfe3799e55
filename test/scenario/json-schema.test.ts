import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { scenarioJsonSchema } from '../../scripts/scenario/json-schema.ts';
import { listScenarios } from '../../scripts/scenario/load.ts';

const file = join(packageRoot(), 'scenarios', 'schema.json');

it('scenarios/schema.json is what the code would write', () => {
  const written = `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`;
  expect(readFileSync(file, 'utf8'), 'run `npm run schema`').toBe(written);
});

it('lets editors complete axes, cases and values', () => {
  const schema = JSON.stringify(scenarioJsonSchema());
  for (const word of [
    'cgroupDriver',
    'memoryLimit',
    'systemd',
    'pod-start',
    'init-container-oom',
    'oomKill',
  ]) {
    expect(schema).toContain(`"${word}"`);
  }
  expect(scenarioJsonSchema()).toMatchObject({
    required: ['title', 'axes', 'suite', 'symptom'],
    additionalProperties: false,
  });
});

/** As an editor would see the files. */
describe('an editor', () => {
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')));
  const accepts = (path: string) => schema.safeParse(parse(readFileSync(path, 'utf8'))).success;
  const fixture = (name: string) => join(packageRoot(), 'test/fixtures/scenarios', `${name}.yaml`);

  it.each(listScenarios({ cwd: packageRoot() }))('accepts $name', ({ file: path }) => {
    expect(accepts(path)).toBe(true);
  });

  it.each(['valid/minimal', 'valid/everything'])('accepts %s', (name) => {
    expect(accepts(fixture(name))).toBe(true);
  });

  it.each([
    'axis-not-a-list',
    'bad-cgroup',
    'bad-driver',
    'bad-param',
    'bad-param-axis',
    'case-of-another-suite',
    'expect-unquoted-version',
    'include-bad-value',
    'machine',
    'missing-keys',
    'symptom-constraint',
    'symptom-unknown-kind',
    'unknown-key',
    'unknown-param',
    'unknown-suite',
    'unquoted-version',
  ])('refuses invalid/%s', (name) => {
    expect(accepts(fixture(`invalid/${name}`))).toBe(false);
  });
});
