/** Whether a scenario asks how long something takes. Then a machine beside it would change the answer. Pure. */
import { matchesName } from '../lib/pattern.ts';
import { metricsOf } from '../model/symptom.ts';
import type { Scenario } from '../scenario/types.ts';
import { SUITES } from '../suites/catalog.ts';

/** As the scenario says; else true when its symptom is a bound on what the suite's catalogue knows as a time. */
export function isTimingSensitive({ suite, symptom }: Pick<Scenario, 'suite' | 'symptom'>): boolean {
  if (suite.timing !== undefined) return suite.timing;
  const times = SUITES[suite.id]?.timeMetrics ?? [];
  return metricsOf(symptom).some((metric) => times.some((time) => matchesName(time, metric)));
}
