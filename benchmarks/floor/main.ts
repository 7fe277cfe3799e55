/** Simulates `repro floor` over edges of several widths, and prints its errors and costs as a Markdown table. */
import { type Known, type SearchOptions, search, type Trial } from '../../scripts/floor/search.ts';
import { quantile } from '../../scripts/lib/numbers.ts';
import { seeded } from '../../scripts/lib/random.ts';

const MI = 1024 ** 2;
const RUNS = 500;
/** Draws below this one are whole numbers. */
const FINE = 1_000_000;
const OPTIONS: SearchOptions = {
  from: MI,
  to: 64 * MI,
  step: MI / 4,
  rate: 0.1,
  confidence: 0.95,
  budget: 400,
};
/** MiB over which the rate of failures falls from 1, at 8 MiB, to 0. */
const WIDTHS = [0, 0.5, 1, 2, 4];

function simulate(rateAt: (limit: number) => number, seed: number): { known: Known; samples: number } {
  const draw = seeded(seed);
  const trials: Trial[] = [];
  for (;;) {
    const { next, known } = search(trials, OPTIONS);
    if (next === undefined) return { known, samples: trials.length };
    trials.push({ limit: next, failed: draw(FINE) < rateAt(next) * FINE });
  }
}

console.log('| edge | floor too low | lower end too high | inconclusive | samples | interval |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const width of WIDTHS) {
  const rateAt = (limit: number) =>
    width === 0
      ? Number(limit <= 8 * MI)
      : Math.min(1, Math.max(0, ((8 + width) * MI - limit) / (width * MI)));
  const runs = Array.from({ length: RUNS }, (_, at) => simulate(rateAt, at + 1));
  const count = (wrong: (known: Known) => boolean) => runs.filter(({ known }) => wrong(known)).length;
  const low = count(({ certified }) => certified !== undefined && rateAt(certified) >= OPTIONS.rate);
  const high = count(({ unreliable }) => unreliable !== undefined && rateAt(unreliable) <= OPTIONS.rate);
  const open = count(({ certified }) => certified === undefined);
  const spread = (values: readonly number[]) =>
    [0.5, 0.95].map((share) => Number(quantile(values, share).toPrecision(3))).join(', ');
  const gaps = runs.map(({ known }) => ((known.certified ?? Infinity) - (known.unreliable ?? 0)) / MI);
  console.log(
    `| ${width} MiB | ${low}/${RUNS} | ${high}/${RUNS} | ${open}/${RUNS} | ${spread(runs.map((run) => run.samples))} | ${spread(gaps)} MiB |`,
  );
}
