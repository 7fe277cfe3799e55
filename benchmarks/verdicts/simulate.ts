/** Everything that `npm run bench:verdicts` finds out. The same numbers every time. */
import type { Sampling } from '../../scripts/scenario/types.ts';
import { DEFAULT_TOLERANCE } from '../../scripts/verify/tolerance.ts';
import { type Auto, auto } from './auto.ts';
import { type Coverage, difference, everMissed, fixed, peeked, RATES, sequence } from './intervals.ts';
import { type Isolated, isolateRuns, KINDS } from './isolate.ts';
import { failing, type Outcomes, peaks, times, verifyRuns } from './verify.ts';

export interface Upgrade {
  readonly from: string;
  readonly to: string;
  /** `same`: no difference; `worst`: as much worse as is tolerated; `worse`: by more than that. */
  readonly kind: 'same' | 'worst' | 'worse';
  readonly outcomes: Outcomes;
}

export interface Results {
  readonly fixed: readonly Coverage[];
  readonly sequence: readonly Coverage[];
  readonly peeked: readonly Coverage[];
  readonly difference: readonly (Coverage & { readonly other: number })[];
  readonly auto: readonly Auto[];
  readonly failures: readonly Upgrade[];
  readonly metrics: readonly Upgrade[];
  readonly isolated: readonly Isolated[];
}

/** Sizes of samples for which the exact intervals are summed up. */
export const SIZES = [4, 8, 12, 25, 72];
const SIZES_OF_DIFFERENCE = [6, 8, 12, 16, 24];

/** What *good* claims by default. */
export const SAMPLING: Sampling = { auto: true, rate: 0.05, confidence: 0.95 };

/** Pairs at most where metrics are simulated, for their tests take longer. */
export const METRIC_BUDGET = 24;

const FAILURES: readonly (readonly [number, number])[] = [
  ...[0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 1].map((rate) => [rate, rate] as const),
  ...[0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.9].map((rate) => [rate, rate + 0.1] as const),
  ...([
    [0, 0.2],
    [0, 0.3],
    [0, 0.5],
    [0, 1],
    [0.05, 0.5],
    [0.32, 1],
  ] as const),
];

export function simulate(scale: number, say: (line: string) => void): Results {
  const many = (runs: number) => Math.max(10, Math.round(runs * scale));
  say('intervals');
  const intervals = {
    fixed: fixed(SIZES, RATES),
    sequence: everMissed(sequence, RATES),
    peeked: everMissed(peeked, RATES),
    difference: SIZES_OF_DIFFERENCE.map(difference),
    auto: RATES.map((rate) => auto(rate, SAMPLING)),
  };
  const failures = FAILURES.map(([from, to], at): Upgrade => {
    say(`verify: failures ${percent(from)} → ${percent(to)}`);
    const kind = from === to ? 'same' : to - from > 0.1 + 1e-9 ? 'worse' : 'worst';
    const outcomes = verifyRuns(many(1000), 1e6 * (at + 1), {
      baseline: failing(from),
      candidate: failing(to),
    });
    return { from: percent(from), to: percent(to), kind, outcomes };
  });
  return { ...intervals, failures, metrics: metrics(many(300), say), isolated: isolated(many(300), say) };
}

function metrics(runs: number, say: (line: string) => void): Upgrade[] {
  const { memory, time } = DEFAULT_TOLERANCE;
  return [0, 0.5, 1, 2].flatMap((share, at) =>
    (['memory', 'time'] as const).map((quantity): Upgrade => {
      const worse = quantity === 'memory' ? memory * share : time * share;
      const to = quantity === 'memory' ? `+${share} MiB` : `+${Math.round(100 * worse)}%`;
      say(`verify: ${quantity} ${to}`);
      const arm = (more: number) => (quantity === 'memory' ? peaks(more) : times(more));
      const kind = share < 1 ? 'same' : share === 1 ? 'worst' : 'worse';
      const outcomes = verifyRuns(
        runs,
        5e7 + 1e6 * at,
        { baseline: arm(0), candidate: arm(worse) },
        {
          budget: METRIC_BUDGET,
          quantity,
        },
      );
      return { from: quantity, to, kind, outcomes };
    }),
  );
}

function isolated(runs: number, say: (line: string) => void): Isolated[] {
  return KINDS.map((kind, at) => {
    say(`isolate: ${kind.name}`);
    return isolateRuns(kind, runs, 1e8 + 1e6 * at);
  });
}

export const percent = (share: number, digits = 0): string => `${(100 * share).toFixed(digits)}%`;
