/** An isolation in words, as a table and as a plot: for a terminal, and as Markdown. */
import { formatShare } from '../lib/units.ts';
import type { Report } from '../model/report.ts';
import { labelOf, varyingAxes } from '../report/describe.ts';
import { pointsText } from '../report/effect-words.ts';
import { document, fence, list, markdownTable } from '../report/markdown-parts.ts';
import { markdown } from '../report/markup.ts';
import { alignRows, columnWidths, type TableRow } from '../report/table.ts';
import { textOf, wrap } from '../report/text.ts';
import { formatInterval } from '../report/units.ts';
import type { AxisFinding, Isolation, Point } from './types.ts';

const SIGNS: Readonly<Record<AxisFinding['role'], string>> = {
  decides: '✘',
  rate: '✘',
  cleared: '✔',
  open: '○',
};
const ROLES: Readonly<Record<AxisFinding['role'], string>> = {
  decides: 'decides',
  rate: 'changes the rate',
  cleared: 'cleared',
  open: 'open',
};
const PLOT_WIDTH = 40;

export function terms({ looks, confidence, full, points }: Isolation): string {
  const [first = 0] = looks;
  const more = looks.length > 1 ? `, up to ${looks.at(-1)} where an axis was open` : '';
  return (
    `${points.length} cells, ${first} samples of each case in each${more}` +
    `${full ? '; every combination that can be run' : ''}. ${formatShare(confidence)} intervals ` +
    '(Clopper–Pearson; of effects Buehler’s, for all axes and looks at once); p by exact stratified tests over pairs ' +
    'of cells that differ in one axis alone, metrics by van Elteren’s; corrected by Holm, and for the looks.'
  );
}

export const HEADER = ['axis', 'passing → failing', 'role', 'effect on the rate', 'p', 'pairs'];

export function effectRows({ axes }: Isolation): string[][] {
  return axes.map(({ axis, from, to, role, rate, p, pairs }) => [
    axis,
    `${from} → ${to}`,
    `${SIGNS[role]} ${ROLES[role]}`,
    rate.estimate === undefined ? 'no pair tells' : pointsText(rate),
    p < 0.001 ? '< 0.001' : p.toFixed(3),
    String(pairs),
  ]);
}

/** A line a cell: its rate from 0 to 100%, with its interval; the worst on top. */
export function plotLines({ points }: Isolation, report: Report): string[] {
  const varying = varyingAxes(report.cells);
  const label = ({ cell }: Point) => {
    const found = report.cells.find(({ id }) => id === cell);
    return found === undefined ? cell : labelOf(found, varying);
  };
  const share = ({ rate }: Point): number => (rate === undefined || rate.of === 0 ? -1 : rate.bad / rate.of);
  const rows = [...points]
    .sort((a, b) => share(b) - share(a))
    .map((point): TableRow => {
      const { rate, verdict } = point;
      return [
        { text: label(point) },
        { text: rate === undefined ? verdict : `${rate.bad}/${rate.of}`, align: 'right' },
        { text: rate === undefined ? '' : formatInterval(rate.interval), align: 'right' },
        { text: bar(point) },
      ];
    });
  const scale: TableRow = [
    { text: '' },
    { text: '' },
    { text: '' },
    { text: `0%${'100%'.padStart(PLOT_WIDTH - 2)}` },
  ];
  return alignRows([scale, ...rows], columnWidths([scale, ...rows]));
}

function bar({ rate }: Point): string {
  if (rate === undefined || rate.of === 0) return '';
  const at = (value: number) => Math.min(PLOT_WIDTH - 1, Math.floor(value * PLOT_WIDTH));
  const line = Array.from({ length: PLOT_WIDTH }, () => ' ');
  line.fill('─', at(rate.interval.low), at(rate.interval.high) + 1);
  line[at(rate.bad / rate.of)] = '●';
  return line.join('').trimEnd();
}

export function renderText(isolation: Isolation, report: Report, width: number): string {
  const rows = [HEADER, ...effectRows(isolation)].map((row): TableRow => row.map((text) => ({ text })));
  const lines = [
    ...wrap(`${isolation.scenario}: ${isolation.title}`, width),
    ...wrap(terms(isolation), width),
    '',
    ...plotLines(isolation, report).map((line) => `  ${line}`),
    ...(isolation.axes.length === 0
      ? []
      : ['', ...alignRows(rows, columnWidths(rows)).map((line) => `  ${line}`)]),
    '',
    ...(isolation.problem === undefined
      ? isolation.words
      : [`Nothing isolated: ${isolation.problem}`]
    ).flatMap((sentence) => wrap(sentence, width)),
  ];
  return textOf(lines);
}

export function renderMarkdown(isolation: Isolation, report: Report): string {
  const { scenario, title, problem, words, axes } = isolation;
  return document([
    markdown`### What makes it fail: ${scenario}`,
    markdown`${title}`,
    problem === undefined ? list(words) : markdown`Nothing isolated: ${problem}`,
    axes.length === 0 ? markdown`` : markdownTable(HEADER, effectRows(isolation)),
    fence(plotLines(isolation, report).join('\n')),
    markdown`${terms(isolation)}`,
  ]);
}
