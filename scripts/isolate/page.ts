/** What an isolation says: what makes it fail, in words, as a table and as a plot. Pure. */
import { formatShare } from '../lib/units.ts';
import type { Report } from '../model/report.ts';
import { type AnswerPage, type Plot, type PlotRow, plainOf, type Tone } from '../page/blocks.ts';
import { labelOf, varyingAxes } from '../report/describe.ts';
import { pointsText } from '../report/effect-words.ts';
import { formatInterval } from '../report/units.ts';
import type { AxisFinding, Isolation, Point } from './types.ts';

const TONES: Readonly<Record<AxisFinding['role'], Tone>> = {
  decides: 'bad',
  rate: 'bad',
  cleared: 'good',
  open: 'open',
};
const ROLES: Readonly<Record<AxisFinding['role'], string>> = {
  decides: 'decides',
  rate: 'changes the rate',
  cleared: 'cleared',
  open: 'open',
};
const PLOT_WIDTH = 40;

export function pageOf(isolation: Isolation, report: Report): AnswerPage {
  const { scenario, title, problem, words, axes } = isolation;
  return {
    verb: 'isolate',
    name: 'What makes it fail',
    scenario,
    title,
    answer: [
      problem === undefined
        ? { kind: 'sentences', items: words }
        : { kind: 'paragraph', text: `Nothing isolated: ${problem}` },
      {
        kind: 'table',
        title: 'What each axis changes',
        header: ['axis', 'passing → failing', 'role', 'effect on the rate', 'p', 'pairs'],
        rows: axes.map(effectRow),
      },
    ],
    body: [plotOf(isolation, report)],
    setup: [{ kind: 'note', text: terms(isolation) }],
  };
}

function terms({ looks, confidence, full, points }: Isolation): string {
  const [first = 0] = looks;
  const more = looks.length > 1 ? `, up to ${looks.at(-1)} where an axis was open` : '';
  return (
    `${points.length} cells, ${first} samples of each case in each${more}` +
    `${full ? '; every combination that can be run' : ''}. ${formatShare(confidence)} intervals ` +
    '(Clopper–Pearson; of effects Buehler’s, for all axes and looks at once); p by exact stratified tests over pairs ' +
    'of cells that differ in one axis alone, metrics by van Elteren’s; corrected by Holm, and for the looks.'
  );
}

function effectRow({ axis, from, to, role, rate, p, pairs }: AxisFinding): string[] {
  return [
    axis,
    `${from} → ${to}`,
    plainOf({ tone: TONES[role], text: ROLES[role] }),
    rate.estimate === undefined ? 'no pair tells' : pointsText(rate),
    p < 0.001 ? '< 0.001' : p.toFixed(3),
    String(pairs),
  ];
}

/** A row a cell: its rate from 0 to 100%, with its interval; the worst on top. */
function plotOf({ points }: Isolation, report: Report): Plot {
  const varying = varyingAxes(report.cells);
  const label = ({ cell }: Point) => {
    const found = report.cells.find(({ id }) => id === cell);
    return found === undefined ? cell : labelOf(found, varying);
  };
  const share = ({ rate }: Point): number =>
    rate === undefined || rate.total === 0 ? -1 : rate.bad / rate.total;
  return {
    kind: 'plot',
    title: 'How often each cell fails',
    columns: [
      { role: 'name', header: '' },
      { role: 'number', header: '', align: 'right' },
      { role: 'number', header: '', align: 'right' },
      { role: 'track', header: '', ends: ['0%', '100%'], width: PLOT_WIDTH },
    ],
    rows: [...points].sort((a, b) => share(b) - share(a)).map((point) => rowOf(point, label(point))),
  };
}

function rowOf({ rate, verdict }: Point, label: string): PlotRow {
  if (rate === undefined) return { label: `${label}: ${verdict}`, cells: [label, verdict, '', ''] };
  const { bad, total, interval } = rate;
  const text = `${bad}/${total}`;
  const tone = bad > 0 ? 'bad' : 'good';
  const marks = total === 0 ? '' : { interval, points: [{ at: bad / total, tone } as const] };
  return { label: `${label}: ${text}`, cells: [label, text, formatInterval(interval), marks] };
}
