/** How sure we are of a quantity: of a failure rate, both ends in 0..1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Two-sided confidence, 0.95. */
  readonly confidence: number;
}

/**
 * How an interval of a rate was found: for a number of samples that was fixed beforehand, or for one that depends
 * on what was seen.
 */
export type RateMethod = 'clopper-pearson' | 'confidence-sequence';

/** A rate as it was seen. */
export interface Rate {
  readonly bad: number;
  readonly of: number;
  readonly interval: Interval;
  /** Absent in reports that are older than the choice: `clopper-pearson`. */
  readonly method?: RateMethod | undefined;
}

export type Verdict =
  | (Rate & {
      readonly kind: 'good' | 'bad';
      /** What *good* claims: the symptom's rate is below this in every case, at the interval's confidence. */
      readonly below?: number | undefined;
      readonly reason?: string | undefined;
    })
  | {
      readonly kind: 'skip';
      readonly reason: string;
      /** All samples were judged and none is bad, but they are too few for the claim. */
      readonly inconclusive?: Inconclusive | undefined;
    };

export interface Inconclusive extends Rate {
  /** Clean samples of each case that the claim would take beside those there are. */
  readonly more: number;
}
