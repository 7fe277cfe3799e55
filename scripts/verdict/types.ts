/** How sure we are: an exact (Clopper–Pearson) interval for a failure rate, both ends in 0..1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Two-sided confidence, 0.95. */
  readonly confidence: number;
}

export type Verdict =
  | {
      readonly kind: 'good' | 'bad';
      readonly bad: number;
      readonly of: number;
      readonly interval: Interval;
      readonly reason?: string | undefined;
    }
  | { readonly kind: 'skip'; readonly reason: string };
