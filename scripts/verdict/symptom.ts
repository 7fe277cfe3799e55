/** Looks for the symptom in the evidence of one sample. */
import { matchesName, matchesWithin } from '../lib/pattern.ts';
import type { AttributedOomKill } from '../model/oom-kill.ts';
import type { Sample } from '../model/sample.ts';
import type { Symptom } from '../model/symptom.ts';

/** `unknown`: the evidence that would tell is missing. `because` is a part of a sentence. */
export type Finding =
  | { readonly seen: 'yes' | 'unknown'; readonly because: string }
  | { readonly seen: 'no' };

type OomSymptom = Extract<Symptom, { oomKill: unknown }>['oomKill'];
type MetricSymptom = Extract<Symptom, { metric: string }>;

const NO: Finding = { seen: 'no' };

/** Why the sample shows the symptom, in words; undefined when it doesn't. */
export function matchSymptom(symptom: Symptom, sample: Sample): string | undefined {
  const finding = findSymptom(symptom, sample);
  return finding.seen === 'yes' ? finding.because : undefined;
}

export function findSymptom(symptom: Symptom, sample: Sample): Finding {
  if ('any' in symptom) return strongest(symptom.any.map((arm) => findSymptom(arm, sample)));
  if ('oomKill' in symptom) {
    // A kill that the test expected is what it wants to see, never the symptom.
    const kills = sample.oomKills.filter((kill) => !kill.expected);
    return strongest(kills.map((kill) => findInKill(symptom.oomKill, kill)));
  }
  if ('error' in symptom) {
    const error = wordsOf(sample).find((text) => matchesWithin(symptom.error, text));
    return error === undefined ? NO : { seen: 'yes', because: `error: ${error}` };
  }
  if ('metric' in symptom) return findInMetric(symptom, sample);
  // Not compiled while there is a kind that none of the lines above looks for.
  symptom.case satisfies 'fails';
  if (sample.outcome !== 'failed') return NO;
  return { seen: 'yes', because: `case ${sample.case} failed: ${sample.errors[0] ?? 'no reason given'}` };
}

/**
 * What the runtime or the kubelet said. The last word of a sample without an answer is why there was none: the
 * machine's failure, or the harness's.
 */
function wordsOf({ outcome, errors }: Sample): readonly string[] {
  return outcome === 'error' ? errors.slice(0, -1) : errors;
}

function strongest(findings: readonly Finding[]): Finding {
  return findings.find(({ seen }) => seen === 'yes') ?? findings.find(({ seen }) => seen === 'unknown') ?? NO;
}

function findInKill(symptom: OomSymptom, kill: AttributedOomKill): Finding {
  const { process, cgroup, constraint } = symptom;
  if (process !== undefined && !matchesName(process, kill.process)) return NO;
  if (cgroup !== undefined && kill.memcg !== undefined && !matchesName(cgroup, kill.memcg)) return NO;
  if (constraint !== undefined && kill.constraint !== undefined && constraint !== kill.constraint) return NO;

  const who = `OOM kill of ${kill.process} (pid ${kill.pid})`;
  if (cgroup !== undefined && kill.memcg === undefined) {
    return { seen: 'unknown', because: `${who}, but the kernel log doesn't tell its cgroup` };
  }
  if (constraint !== undefined && kill.constraint === undefined) {
    return { seen: 'unknown', because: `${who}, but the kernel log doesn't tell which limit was hit` };
  }
  return { seen: 'yes', because: kill.memcg === undefined ? who : `${who} in ${kill.memcg}` };
}

/** A bound is crossed strictly; with two, crossing either of them is enough. */
function findInMetric({ metric, above, below }: MetricSymptom, sample: Sample): Finding {
  const measured = sample.metrics[metric];
  if (measured === undefined) return { seen: 'unknown', because: `no metric ${metric}` };
  const { value, unit } = measured;
  if (above !== undefined && value > above) {
    return { seen: 'yes', because: `${metric} ${value} ${unit}, above ${above}` };
  }
  if (below !== undefined && value < below) {
    return { seen: 'yes', because: `${metric} ${value} ${unit}, below ${below}` };
  }
  return NO;
}
