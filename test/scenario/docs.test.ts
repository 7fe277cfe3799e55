/** The examples in `docs/scenarios.md` are scenarios. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMPONENTS } from '../../scripts/components/index.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { KERNEL_EVENT_KINDS } from '../../scripts/model/kernel-event.ts';
import { symptomSchema } from '../../scripts/model/symptom.ts';
import { parseScenario } from '../../scripts/scenario/load.ts';
import { ScenarioFile } from '../../scripts/scenario/schema.ts';
import { MACHINE_AXES, SUITES } from '../../scripts/suites/catalog.ts';

const text = readFileSync(join(packageRoot(), 'docs', 'scenarios.md'), 'utf8');
const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = '']) => yaml);

describe('docs/scenarios.md', () => {
  it('has examples', () => expect(examples).toHaveLength(8));

  it.each(examples)('loads %#', (yaml) => {
    const least = {
      title: 'title: An example',
      axes: 'axes: {containerd: ["1.6"]}',
      suite: 'suite: oci',
      symptom: 'symptom: {case: fails}',
    };
    const missing = Object.entries(least).filter(([key]) => !new RegExp(`^${key}:`, 'm').test(yaml));
    const whole = [yaml, ...missing.map(([, line]) => line)].join('\n');
    expect(parseScenario('example.yaml', whole).cells).not.toEqual([]);
  });

  it.each([
    ...KERNEL_EVENT_KINDS,
    ...symptomSchema.options.map((kind) => Object.keys(kind.shape)[0] ?? ''),
    ...Object.keys(ScenarioFile.shape),
    ...COMPONENTS,
    ...Object.keys(MACHINE_AXES),
    ...Object.values(SUITES).flatMap(({ id, cases, params }) => [
      id,
      ...cases.map((one) => one.id),
      ...Object.keys(params.shape),
    ]),
  ])('describes %s', (name) => {
    expect(text).toContain(`\`${name}`);
  });
});
