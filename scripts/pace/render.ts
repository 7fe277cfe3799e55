/** A benchmark for a terminal, for a ticket (Markdown), and as the first section of the run's page. Pure. */
import { formatShare } from '../lib/units.ts';
import { bullets, type Section, stacked, table } from '../report/html-parts.ts';
import { document, list, markdownTable } from '../report/markdown-parts.ts';
import { html, markdown } from '../report/markup.ts';
import { alignRows, columnWidths } from '../report/table.ts';
import { plural, textOf, wrap } from '../report/text.ts';
import { armLines } from '../verify/render.ts';
import { percent } from './compare.ts';
import type { Benchmark, Pace, Timed, Timing } from './types.ts';

const SIGNS: Readonly<Record<Pace, string>> = { slower: '✘', faster: '✔', alike: '✔', inconclusive: '○' };
const WORDS: Readonly<Record<Pace, string>> = {
  slower: 'slower',
  faster: 'faster',
  alike: 'no slower than tolerated',
  inconclusive: "can't be told",
};
const HEADER = ['where', 'metric', 'baseline', 'candidate', 'ratio', 'same build', 'answer'];

const seconds = ({ median, low, high }: Timed): string => `${time(median)} (${time(low)}–${time(high)})`;

function time(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(3)} s`;
}

const whereOf = ({ at, case: id }: Timing): string => [...(at === '' ? [] : [at]), id].join(' · ');

function rowOf(one: Timing): string[] {
  const { ratio, noise, pace } = one;
  return [
    whereOf(one),
    one.metric,
    seconds(one.baseline),
    seconds(one.candidate),
    `${ratio.estimate.toFixed(3)} (${ratio.low.toFixed(3)}–${ratio.high.toFixed(3)})`,
    Number.isFinite(noise) ? `±${percent(noise).slice(1)}` : '?',
    pace === undefined ? '' : `${SIGNS[pace]} ${WORDS[pace]}`,
  ];
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

const settings = (benchmark: Benchmark): string[] => [
  ...armLines(benchmark),
  `both: ${benchmark.common.join('; ')}`,
];

export function renderText(benchmark: Benchmark, width: number): string {
  const { scenario, title, baseline, candidate, timings, gaps, pace } = benchmark;
  const rows = [HEADER, ...timings.map(rowOf)].map((row) => row.map((text) => ({ text })));
  const lines = [
    ...wrap(`${scenario}: ${title}`, width),
    ...wrap(terms(benchmark), width),
    ...settings(benchmark).flatMap((line) => wrap(line, width)),
    '',
    ...alignRows(rows, columnWidths(rows)).map((line) => `  ${line}`),
    '',
    ...timings
      .filter(({ pace: own }) => own !== undefined)
      .flatMap((one) => wrap(`${whereOf(one)}: ${one.because}`, width)),
    ...(gaps.length === 0 ? [] : ['', 'not timed:', ...gaps.flatMap((gap) => wrap(`- ${gap}`, width))]),
    '',
    `${SIGNS[pace]} ${baseline} → ${candidate}: ${WORDS[pace]}`,
  ];
  return textOf(lines);
}

export function renderMarkdown(benchmark: Benchmark): string {
  const { scenario, title, baseline, candidate, timings, gaps, pace } = benchmark;
  return document([
    markdown`### ${SIGNS[pace]} ${baseline} → ${candidate}: ${WORDS[pace]}`,
    markdown`${scenario}: ${title}`,
    markdownTable(HEADER, timings.map(rowOf)),
    gaps.length === 0 ? markdown`` : markdown`Not timed:\n\n${list(gaps)}`,
    list(settings(benchmark)),
    markdown`${terms(benchmark)}`,
  ]);
}

export function renderSection(benchmark: Benchmark): Section {
  const { baseline, candidate, pace, timings, gaps } = benchmark;
  const said = timings.filter(({ pace: own }) => own).map((one) => `${whereOf(one)}: ${one.because}`);
  const body = stacked([
    html`<p><strong>${SIGNS[pace]} ${baseline} → ${candidate}: ${WORDS[pace]}</strong></p>`,
    table('Every time', HEADER, timings.map(rowOf)),
    bullets([...gaps, ...said], 'refs'),
    bullets(settings(benchmark), 'refs'),
    html`<p class="note">${terms(benchmark)}</p>`,
  ]);
  return { title: 'Is it slower', body };
}
