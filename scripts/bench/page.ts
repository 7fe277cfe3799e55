/** What a benchmark says: whether something became slower. Pure. */
import { formatShare, plural } from '../lib/units.ts';
import type { AnswerPage, Inline, Judged, Tone } from '../page/blocks.ts';
import { armSettings } from '../verify/page.ts';
import { percent } from './compare.ts';
import type { Benchmark, BenchOutcome, Timed, Timing } from './types.ts';

const TONES: Readonly<Record<BenchOutcome, Tone>> = {
  slower: 'bad',
  faster: 'good',
  alike: 'good',
  inconclusive: 'open',
};
const WORDS: Readonly<Record<BenchOutcome, string>> = {
  slower: 'slower',
  faster: 'faster',
  alike: 'no slower than tolerated',
  inconclusive: "can't be told",
};

const judged = (outcome: BenchOutcome, text: string = WORDS[outcome]): Judged => ({
  tone: TONES[outcome],
  text,
});

export function pageOf(benchmark: Benchmark): AnswerPage {
  const { scenario, title, baseline, candidate, timings, gaps, outcome } = benchmark;
  const deciding = timings.filter((one) => one.outcome !== undefined);
  return {
    verb: 'bench',
    name: 'Is it slower',
    scenario,
    title,
    verdict: judged(outcome, `${baseline} → ${candidate}: ${WORDS[outcome]}`),
    answer: [],
    body: [
      {
        kind: 'table',
        title: 'Every time',
        header: ['where', 'metric', 'baseline', 'candidate', 'ratio', 'same build', 'answer'],
        rows: timings.map(rowOf),
      },
      {
        kind: 'sentences',
        items: deciding.map((one) => `${whereOf(one)}: ${one.because}`),
        only: ['text', 'html'],
      },
      { kind: 'bullets', title: 'Not timed:', items: gaps },
    ],
    setup: [armSettings(benchmark, benchmark.common), { kind: 'note', text: terms(benchmark) }],
  };
}

const whereOf = ({ at, case: id }: Timing): string => [...(at === '' ? [] : [at]), id].join(' · ');

function rowOf(one: Timing): Inline[] {
  const { ratio, noise, outcome } = one;
  return [
    whereOf(one),
    one.metric,
    seconds(one.baseline),
    seconds(one.candidate),
    `${ratio.estimate.toFixed(3)} (${ratio.low.toFixed(3)}–${ratio.high.toFixed(3)})`,
    Number.isFinite(noise) ? `±${percent(noise).slice(1)}` : '?',
    outcome === undefined ? '' : judged(outcome),
  ];
}

const seconds = ({ median, low, high }: Timed): string => `${time(median)} (${time(low)}–${time(high)})`;

function time(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(3)} s`;
}

/** How it was measured, and how sure the answers are. */
function terms({ rounds, seed, order, confidence, tolerate }: Benchmark): string {
  return (
    `${plural(rounds, 'round')} after one that warmed up, ${plural(order.length, 'sample')}, one machine at a time, in random order ` +
    `(seed ${seed}). The baseline ran on two machines: “same build” is by how much they may differ, and no difference ` +
    `below that is claimed. Ratios are Hodges and Lehmann's, intervals hold for all cases at once with ` +
    `${formatShare(confidence)}; ${percent(1 + tolerate)} is tolerated.`
  );
}
