import { type LoadOptions, parseScenario } from '../../scripts/scenario/load.ts';
import type { Scenario } from '../../scripts/scenario/types.ts';

/** A scenario of these lines; what they leave out is the least that there must be. */
export function scenarioOf(keys: Readonly<Record<string, unknown>>, set?: LoadOptions['set']): Scenario {
  const base = { title: 'A test', suite: 'oci', symptom: { case: 'fails' }, axes: { runc: ['1.1.5'] } };
  // JSON is YAML.
  return parseScenario('test.yaml', JSON.stringify({ ...base, ...keys }), { set });
}

/** `<axis>=<value>,…` of every cell. */
export function names({ cells }: { readonly cells: readonly { readonly id: string }[] }): string[] {
  return cells.map(({ id }) => id.slice(id.indexOf('/') + 1));
}
