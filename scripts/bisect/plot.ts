/** The range as a plot: how probably each commit is the culprit, and what was seen of it. Pure. */
import type { Marks, Plot, PlotRow } from '../page/blocks.ts';
import { clopperPearson } from '../verdict/statistics.ts';
import { type CommitRow, type ExcerptRow, excerpt } from './commits.ts';
import type { Cut } from './metric.ts';
import { countsOf, percent, short } from './words.ts';

const BAR = 12;

/** Of the metric that is searched by. */
export interface Scale {
  readonly name: string;
  readonly cut: Cut | undefined;
  /** The largest value. */
  readonly most: number;
}

/** A row a commit, newest first; of more than `most`, those that matter. */
export function rangePlot(commits: readonly CommitRow[], most: number, scale?: Scale): Plot {
  const end = scale === undefined ? '100%' : String(Number(mostOf(scale).toPrecision(4)));
  const seen = scale === undefined ? 'share of bad samples, 95% interval' : scale.name;
  return {
    kind: 'plot',
    title: 'Newest first; how probably each commit is the culprit, and what its samples showed',
    columns: [
      { role: 'name', header: 'commit' },
      { role: 'number', header: '', align: 'right' },
      { role: 'track', header: 'culprit', ends: ['0', '100%'], width: BAR },
      { role: 'number', header: 'seen' },
      // The counts beside it say it in lines.
      { role: 'track', header: seen, ends: ['0', end], width: 0 },
      { role: 'name', header: 'subject' },
    ],
    rows: excerpt(commits, most).map((row) => rowOf(row, scale)),
  };
}

function rowOf(row: ExcerptRow, scale: Scale | undefined): PlotRow {
  const { probability } = row;
  const belief = [probability === 0 ? '' : percent(probability), { bar: probability }];
  if ('hidden' in row) {
    return { label: percent(probability), cells: ['⋮', ...belief, '', '', `${row.hidden} more`] };
  }
  const counts = countsOf(row);
  const marks = scale === undefined ? rateMarks(row) : valueMarks(row, scale);
  return {
    label: [percent(probability), counts].filter((text) => text !== '').join(', '),
    cells: [short(row.id), ...belief, counts, marks, row.subject],
  };
}

const toneOf = ({ bad }: CommitRow): 'bad' | 'good' => (bad > 0 ? 'bad' : 'good');

function rateMarks(row: CommitRow): Marks {
  const { bad, good } = row;
  const total = bad + good;
  if (total === 0) return {};
  return { interval: clopperPearson(bad, total), points: [{ at: bad / total, tone: toneOf(row) }] };
}

const mostOf = ({ most }: Scale): number => Math.max(most, 0) || 1;

/** The limit is where old and new are told apart. */
function valueMarks(row: CommitRow, scale: Scale): Marks {
  const tone = toneOf(row);
  const most = mostOf(scale);
  return {
    limit: scale.cut === undefined ? undefined : scale.cut.at / most,
    points: row.values.map((value) => ({ at: value / most, tone })),
  };
}
