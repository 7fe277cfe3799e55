/** Plots as HTML: a row a thing, its tracks side by side as SVG. Pure. */
import { stacked } from '../report/html-parts.ts';
import { type Html, html } from '../report/markup.ts';
import type { Marks, Plot, PlotColumn, PlotRow } from './blocks.ts';

const HEIGHT = 24;
const MIDDLE = HEIGHT / 2;
/** Per cent: between two tracks, and left free at the ends of each, for a dot there. */
const GAP = 6;
const MARGIN = 1.5;
const TICKS = [0, 0.5, 1];

/** Where a share of a track stands, per cent of the whole. */
type Place = (share: number) => number;

type Track = Extract<PlotColumn, { role: 'track' }>;

export function plotHtml({ title, columns, rows }: Plot): Html {
  if (rows.length === 0) return html``;
  const tracks = columns.flatMap((column, at) => (column.role === 'track' ? { column, at } : []));
  const placeOf = (nth: number) => placeIn(nth, tracks.length);
  const axes = tracks.map(({ column }, nth) => axis(column, placeOf(nth)));
  const lines = rows.map((row) => {
    const marks = tracks.map(({ at }, nth) => drawn(row.cells[at] ?? '', placeOf(nth)));
    const [name, numbers] = [textsOf(columns, row, 'name'), textsOf(columns, row, 'number')];
    return html`<div class="row"><div class="name">${name.join(' ')}</div>${svg('strip', HEIGHT, row.label, marks)}<div class="numbers">${numbers.join(' · ')}</div></div>`;
  });
  return html`<figure><figcaption>${title}</figcaption>
<div class="row head"><div class="name"></div>${svg('axis', 18, 'What the columns show', axes)}<div class="numbers"></div></div>
${stacked(lines)}
</figure>`;
}

/** The texts of one role. */
function textsOf(columns: readonly PlotColumn[], { cells }: PlotRow, role: 'name' | 'number'): string[] {
  return columns.flatMap((column, at) => {
    const cell = cells[at];
    return column.role === role && typeof cell === 'string' && cell !== '' ? cell : [];
  });
}

function placeIn(nth: number, total: number): Place {
  const width = (100 - GAP * (total - 1)) / total;
  const from = nth * (width + GAP) + MARGIN;
  return (share) => from + Math.min(1, Math.max(0, share)) * (width - 2 * MARGIN);
}

const cent = (value: number): string => `${Number(value.toFixed(3))}%`;

function axis({ header, ends: [low, high] }: Track, x: Place): Html {
  const first = header === '' ? low : `${header}: ${low}`;
  return html`<text x="${cent(x(0))}" y="12">${first}</text><text x="${cent(x(1))}" y="12" text-anchor="end">${high}</text>`;
}

function drawn(marks: string | Marks, x: Place): Html[] {
  if (typeof marks === 'string') return [];
  const { bar, interval, points, limit } = marks;
  return [
    ...TICKS.map((tick) => vertical('tick', x(tick))),
    ...(bar === undefined ? [] : [box(x(0), x(bar))]),
    ...(limit === undefined ? [] : [vertical('limit', x(limit))]),
    ...(interval === undefined ? [] : [whisker(x(interval.low), x(interval.high))]),
    ...(points ?? []).map(
      ({ at, tone }) => html`<circle class="point ${tone}" cx="${cent(x(at))}" cy="${MIDDLE}" r="4"/>`,
    ),
  ];
}

const box = (from: number, to: number): Html =>
  html`<rect class="box" x="${cent(from)}" y="5" width="${cent(to - from)}" height="${HEIGHT - 10}"/>`;

const whisker = (from: number, to: number): Html =>
  html`<line class="whisker" x1="${cent(from)}" x2="${cent(to)}" y1="${MIDDLE}" y2="${MIDDLE}"/>`;

const vertical = (name: string, at: number): Html =>
  html`<line class="${name}" x1="${cent(at)}" x2="${cent(at)}" y1="0" y2="${HEIGHT}"/>`;

function svg(name: string, height: number, title: string, body: readonly (Html | Html[])[]): Html {
  return html`<svg class="${name}" role="img" aria-label="${title}" width="100%" height="${height}"><title>${title}</title>${body}</svg>`;
}
