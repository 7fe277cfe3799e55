/** Turns evidence into verdicts: of a sample, and of a cell. Only the declared symptom makes bad. */

import type { Sample } from '../model/sample.ts';
import type { Symptom } from '../model/symptom.ts';
import type { UnexpectedMessage } from '../model/unexpected.ts';
import type { Verdict } from '../model/verdict.ts';
import { DEFAULT_CHECKS } from '../scenario/kernel-log.ts';
import type { KernelLogChecks, Sampling } from '../scenario/types.ts';
import { nearMiss } from './missed.ts';
import { needed, rateOf } from './settle.ts';
import { type Finding, findSymptom } from './symptom.ts';
import { unexpectedOf, unexpectedText } from './unexpected.ts';

export interface Judgement {
  readonly judged: 'good' | 'bad' | 'unjudged';
  /** Why it is bad (which part of the symptom matched) or unjudged; undefined when good. */
  readonly because: string | undefined;
  /** What the kernel log showed while it passed; absent when there is nothing. */
  readonly unexpected?: readonly UnexpectedMessage[] | undefined;
}

/**
 * A case that fails with anything but the symptom is neither bad nor clean, and so is a sample without the
 * evidence that the symptom asks for, or of whose kernel log a part is missing: they are left unjudged. What is
 * there can't be made up, so the symptom that is seen is bad all the same. What the kernel log shows beside a sample that passed is
 * told, and makes it bad where the scenario says so.
 */
export function judgeSample(
  symptom: Symptom,
  sample: Sample,
  checks: KernelLogChecks = DEFAULT_CHECKS,
): Judgement {
  const finding = findSymptom(symptom, sample);
  if (finding.seen === 'yes') return { judged: 'bad', because: finding.because };
  const unexpected = unexpectedOf(sample, checks);
  if (unexpected.length === 0) return judgeUnseen(finding, symptom, sample);
  const failing = unexpected.find(({ fails }) => fails);
  const judgement =
    failing === undefined
      ? judgeUnseen(finding, symptom, sample)
      : { judged: 'bad' as const, because: unexpectedText(failing) };
  return { ...judgement, unexpected };
}

function judgeUnseen(finding: Finding, symptom: Symptom, sample: Sample): Judgement {
  if (sample.outcome === 'error') return unjudged(sample.errors[0] ?? 'no answer');
  if (sample.incomplete !== undefined) return unjudged(sample.incomplete);
  if (sample.outcome === 'failed') {
    const said = sample.errors[0] ?? 'no reason given';
    const near = nearMiss(symptom, sample);
    return unjudged(
      `failed, but not with the symptom: ${near === undefined ? said : `${near}; the case failed with: ${said}`}`,
    );
  }
  if (finding.seen !== 'no') return unjudged(finding.because);
  return { judged: 'good', because: undefined };
}

/** A fixed number of samples, which claims no rate. */
const FIXED: Sampling = { auto: false, rate: undefined, confidence: 0.95 };

export interface JudgeOptions {
  /** Why the cell ended before all of its samples were taken: the machine was lost, an artifact could not be had. */
  readonly failure?: { readonly reason: string } | undefined;
  /** Default: a fixed number of samples, which claims no rate. */
  readonly sampling?: Sampling;
  readonly checks?: KernelLogChecks;
}

/**
 * One bad sample is proof; a clean cell needs all of its samples judged, and of each case as many as the rate that it
 * claims takes.
 */
export function judgeCell(
  symptom: Symptom,
  samples: readonly Sample[],
  { failure, sampling = FIXED, checks = DEFAULT_CHECKS }: JudgeOptions = {},
): Verdict {
  const judgements = samples.map((sample) => ({ id: sample.id, ...judgeSample(symptom, sample, checks) }));
  const bad = judgements.filter(({ judged }) => judged === 'bad').length;
  const open = judgements.filter(({ judged }) => judged === 'unjudged');
  const total = judgements.length - open.length;

  const reasons: string[] = [];
  if (failure !== undefined) reasons.push(failure.reason);
  const [first] = open;
  if (first !== undefined) {
    reasons.push(`${open.length} of ${samples.length} not judged, the first ${first.id}: ${first.because}`);
  }
  if (samples.length === 0 && failure === undefined) reasons.push('no sample was run');

  const reason = reasons.join('; ');
  if (bad > 0) {
    const verdict = { kind: 'bad' as const, ...rateOf(bad, total, sampling) };
    return reason === '' ? verdict : { ...verdict, reason };
  }
  if (reason !== '') return { kind: 'skip', reason };
  return judgeClean(samples, sampling);
}

function judgeClean(samples: readonly Sample[], sampling: Sampling): Verdict {
  const rate = rateOf(0, samples.length, sampling);
  if (sampling.rate === undefined) return { kind: 'good', ...rate };
  const counts = new Map<string, number>();
  for (const sample of samples) counts.set(sample.case, (counts.get(sample.case) ?? 0) + 1);
  const fewest = Math.min(...counts.values());
  const more = needed(sampling) - fewest;
  if (more <= 0) return { kind: 'good', ...rate, below: sampling.rate };
  const allowed = percent(rateOf(0, fewest, sampling).interval.high);
  const reason =
    `inconclusive: not seen in ${fewest} samples of a case, which allows a rate of up to ${allowed}; ` +
    `to claim less than ${percent(sampling.rate)}, it would need about ${more} more`;
  return { kind: 'skip', reason, inconclusive: { ...rate, more } };
}

/** Two significant digits at most: `5%`, `0.25%`. */
const percent = (share: number): string => `${Number((share * 100).toPrecision(2))}%`;

function unjudged(because: string): Judgement {
  return { judged: 'unjudged', because };
}
