/** Turns evidence into verdicts: of a sample, and of a cell. Only the declared symptom makes bad. */
import type { Sample } from '../evidence/types.ts';
import type { Symptom } from '../scenario/types.ts';
import { clopperPearson } from './statistics.ts';
import { findSymptom } from './symptom.ts';
import type { Verdict } from './types.ts';

export interface Judgement {
  readonly judged: 'good' | 'bad' | 'unjudged';
  /** Why it is bad (which part of the symptom matched) or unjudged; undefined when good. */
  readonly because: string | undefined;
}

/**
 * A case that fails with anything but the symptom is neither bad nor clean, and so is a sample without the
 * evidence that the symptom asks for: both are left unjudged.
 */
export function judgeSample(symptom: Symptom, sample: Sample): Judgement {
  const finding = findSymptom(symptom, sample);
  if (finding.seen === 'yes') return { judged: 'bad', because: finding.because };
  if (sample.outcome === 'error') return unjudged(sample.errors[0] ?? 'no answer');
  if (sample.outcome === 'failed') {
    return unjudged(`failed, but not with the symptom: ${sample.errors[0] ?? 'no reason given'}`);
  }
  if (finding.seen === 'unknown') return unjudged(finding.because);
  return { judged: 'good', because: undefined };
}

/**
 * `failure`: why the cell ended before all of its samples were taken (the machine was lost, an artifact could
 * not be had). One bad sample is proof; a clean cell needs all of its samples judged.
 */
export function judgeCell(
  symptom: Symptom,
  samples: readonly Sample[],
  failure?: { readonly reason: string },
): Verdict {
  const judgements = samples.map((sample) => ({ id: sample.id, ...judgeSample(symptom, sample) }));
  const bad = judgements.filter(({ judged }) => judged === 'bad').length;
  const open = judgements.filter(({ judged }) => judged === 'unjudged');
  const of = judgements.length - open.length;

  const reasons: string[] = [];
  if (failure !== undefined) reasons.push(failure.reason);
  const [first] = open;
  if (first !== undefined) {
    reasons.push(`${open.length} of ${samples.length} not judged, the first ${first.id}: ${first.because}`);
  }
  if (samples.length === 0 && failure === undefined) reasons.push('no sample was run');

  const reason = reasons.join('; ');
  if (bad > 0) {
    const rate = { kind: 'bad' as const, bad, of, interval: clopperPearson(bad, of) };
    return reason === '' ? rate : { ...rate, reason };
  }
  if (reason !== '') return { kind: 'skip', reason };
  return { kind: 'good', bad: 0, of, interval: clopperPearson(0, of) };
}

function unjudged(because: string): Judgement {
  return { judged: 'unjudged', because };
}
