/**
 * What counts as the failure, as a matcher over the evidence of one sample. How a scenario writes it follows from
 * this, and the descriptions here are what editors show; `verdict/symptom.ts` looks for it.
 */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';
import { oomConstraintSchema } from './oom-kill.ts';

/**
 * `/…/` (with optional flags) is a regular expression; any other text must match exactly for names (`process`,
 * `cgroup`) and as a substring for `error`.
 */
const pattern = z.string().meta({ written: 'pattern' });

const anySchema = fields({
  get any(): z.ZodArray<z.ZodLazy<typeof symptomSchema>> {
    return z.array(z.lazy(() => symptomSchema)).describe('One of these symptoms is enough.');
  },
}).meta({ form: 'any: […]', about: 'one of several symptoms does' });

const oomKillSymptomSchema = fields({
  oomKill: fields({
    process: pattern.optional().describe('Name of the killed process: exact, or /regular expression/.'),
    cgroup: pattern.optional().describe('Its memory cgroup: exact, or /regular expression/.'),
    constraint: oomConstraintSchema
      .optional()
      .describe('What ran out: `memcg` is a cgroup limit, `none` the whole machine.'),
  }).describe('The OOM killer killed such a process, and the test had not expected it.'),
}).meta({
  form: 'oomKill: {process, cgroup, constraint}',
  about:
    "the OOM killer killed such a process. All three are optional; `constraint` is `memcg` (a cgroup's limit), `none` " +
    "(the whole machine), `cpuset` or `memory-policy`. Kills that a case expects, at a limit, don't count.",
});

const errorSchema = fields({
  error: pattern.describe('An error of the sample has this text, or matches /this/.'),
}).meta({
  form: 'error: text',
  about:
    'an error of the runtime contains the text. Why a sample had no answer, such as its time-out, is none',
});

const metricSymptomSchema = fields({
  metric: z.string().describe('A metric of the sample, with the bound that makes it bad.'),
  above: z.number().optional().describe('The metric is above this.'),
  below: z.number().optional().describe('The metric is below this.'),
}).meta({
  form: 'metric: name, above: bound, below: bound',
  about: 'the metric is beyond a bound, one or both; bounds may be quantities, `above: 12Mi`',
});

const caseSchema = fields({
  case: z.literal('fails').describe('The case failed, whatever the reason.'),
}).meta({ form: 'case: fails', about: 'the case failed, whatever the reason' });

/** The first field of each names its kind; `form` and `about` of each are for the documentation. */
export const symptomSchema = z.union([
  anySchema,
  oomKillSymptomSchema,
  errorSchema,
  metricSymptomSchema,
  caseSchema,
]);
export type Symptom = Facts<typeof symptomSchema>;

/** Those that it is about. */
export function metricsOf(symptom: Symptom): string[] {
  if ('any' in symptom) return symptom.any.flatMap(metricsOf);
  return 'metric' in symptom ? [symptom.metric] : [];
}
