/** When a cell has enough samples, and what its rate is: the rule of `samples: auto`. */
import type { Rate } from '../model/verdict.ts';
import type { Sampling } from '../scenario/types.ts';
import { confidenceSequence, samplesToClaim } from './sequence.ts';
import { clopperPearson } from './statistics.ts';

/** Of a sample, what the rule needs. */
export interface Judged {
  readonly case: string;
  readonly judged: 'good' | 'bad' | 'unjudged';
}

/** Rounds after which a failure that is plain ends the sampling: enough to see whether it is rare. */
const HANDFUL = 3;

/**
 * Whether more samples would change the verdict's kind. A symptom that was seen is bad for good; one sample that
 * could not be judged forbids *good* for good; a clean cell is settled as soon as the rate of every case is below
 * what *good* claims. Asked after whole rounds only, so that no case speaks for another.
 */
export function isSettled(samples: readonly Judged[], cases: readonly string[], sampling: Sampling): boolean {
  const counts = cases.map((id) => samples.filter((sample) => sample.case === id).length);
  const rounds = Math.min(...counts);
  if (counts.some((count) => count !== rounds)) return false;
  if (samples.some(({ judged }) => judged !== 'good')) return rounds >= HANDFUL;
  return rounds >= needed(sampling);
}

/** Clean samples of each case that *good* takes; 1 where it claims no rate. */
export function needed({ auto, rate, confidence }: Sampling): number {
  if (rate === undefined) return 1;
  return samplesToClaim(rate, confidence, auto ? confidenceSequence : clopperPearson);
}

/** The rate and its interval, by the method that goes with how the samples were taken. */
export function rateOf(bad: number, total: number, { auto, confidence }: Sampling): Rate {
  return auto
    ? { bad, total, interval: confidenceSequence(bad, total, confidence), method: 'confidence-sequence' }
    : { bad, total, interval: clopperPearson(bad, total, confidence), method: 'clopper-pearson' };
}
