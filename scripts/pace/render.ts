/** A benchmark for a terminal, for a ticket (Markdown), and as the first section of the run's page. Pure. */
import { bullets, table } from '../report/html-parts.ts';
import { inert } from '../report/markdown.ts';
import { escapeHtml, plural, wrap } from '../report/text.ts';
import { partsText } from '../verify/render.ts';
import { SAME_BUILD } from '../verify/same-build.ts';
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
    `${Number((confidence * 100).toFixed(4))}%; ${percent(1 + tolerate)} is tolerated.`
  );
}

const settings = ({ baseline, candidate, builds, common, sameBuild }: Benchmark): string[] => [
  ...(sameBuild ? [SAME_BUILD] : []),
  `baseline ${baseline}: ${partsText(builds.baseline)}`,
  `candidate ${candidate}: ${partsText(builds.candidate)}`,
  `both: ${common.join('; ')}`,
];

export function renderText(benchmark: Benchmark, width: number): string {
  const { scenario, title, baseline, candidate, timings, gaps, pace } = benchmark;
  const rows = [HEADER, ...timings.map(rowOf)];
  const widths = HEADER.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = [
    ...wrap(`${scenario}: ${title}`, width),
    ...wrap(terms(benchmark), width),
    ...settings(benchmark).flatMap((line) => wrap(line, width)),
    '',
    ...rows.map((row) => `  ${row.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd()),
    '',
    ...timings
      .filter(({ pace: own }) => own !== undefined)
      .flatMap((one) => wrap(`${whereOf(one)}: ${one.because}`, width)),
    ...(gaps.length === 0 ? [] : ['', 'not timed:', ...gaps.flatMap((gap) => wrap(`- ${gap}`, width))]),
    '',
    `${SIGNS[pace]} ${baseline} → ${candidate}: ${WORDS[pace]}`,
  ];
  return `${lines.join('\n')}\n`;
}

export function renderMarkdown(benchmark: Benchmark): string {
  const { scenario, title, baseline, candidate, timings, gaps, pace } = benchmark;
  const rows = timings.map((one) => rowOf(one).map(inert).join(' | '));
  const blocks = [
    `### ${SIGNS[pace]} ${inert(baseline)} → ${inert(candidate)}: ${WORDS[pace]}`,
    `${inert(scenario)}: ${inert(title)}`,
    [HEADER.join(' | '), HEADER.map(() => '---').join(' | '), ...rows].map((row) => `| ${row} |`).join('\n'),
    gaps.length === 0 ? '' : `Not timed:\n\n${gaps.map((gap) => `- ${inert(gap)}`).join('\n')}`,
    settings(benchmark)
      .map((line) => `- ${inert(line)}`)
      .join('\n'),
    terms(benchmark),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

export function renderSection(benchmark: Benchmark): { title: string; body: string } {
  const { baseline, candidate, pace, timings, gaps } = benchmark;
  const body = [
    `<p><strong>${SIGNS[pace]} ${escapeHtml(`${baseline} → ${candidate}: ${WORDS[pace]}`)}</strong></p>`,
    table(
      'Every time',
      HEADER,
      timings.map((one) => rowOf(one).map(escapeHtml)),
    ),
    bullets(
      [
        ...gaps,
        ...timings.filter(({ pace: own }) => own).map((one) => `${whereOf(one)}: ${one.because}`),
      ].map(escapeHtml),
      'refs',
    ),
    bullets(settings(benchmark).map(escapeHtml), 'refs'),
    `<p class="note">${escapeHtml(terms(benchmark))}</p>`,
  ];
  return { title: 'Is it slower', body: body.join('\n') };
}
