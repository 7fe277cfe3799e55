/** An isolation as the first section of the run's page: in words, as a table, and as a plot. Pure. */
import type { Report } from '../model/report.ts';
import { labelOf, varyingAxes } from '../report/describe.ts';
import { bullets, type Section, stacked, table } from '../report/html-parts.ts';
import { type Html, html } from '../report/markup.ts';
import { formatInterval } from '../report/units.ts';
import { effectRows, HEADER, terms } from './render.ts';
import type { Isolation, Point } from './types.ts';

/** Per cent left free at both ends, for a dot at the end. */
const MARGIN = 2;
const HEIGHT = 22;

export function renderSection(isolation: Isolation, report: Report): Section {
  const { problem, words, axes } = isolation;
  const said = problem === undefined ? words : [`Nothing isolated: ${problem}`];
  const effects = effectRows(isolation);
  const body = [
    bullets(said, 'refs'),
    axes.length === 0 ? html`` : table('What each axis changes', HEADER, effects),
    plotTable(isolation, report),
    html`<p class="note">${terms(isolation)}</p>`,
  ];
  return { title: 'What makes it fail', body: stacked(body) };
}

/** A row a cell, the worst on top: its rate as a dot, its interval as a line. */
function plotTable({ points }: Isolation, report: Report): Html {
  const varying = varyingAxes(report.cells);
  const label = ({ cell }: Point) => {
    const found = report.cells.find(({ id }) => id === cell);
    return found === undefined ? cell : labelOf(found, varying);
  };
  const share = ({ rate }: Point): number => (rate === undefined || rate.of === 0 ? -1 : rate.bad / rate.of);
  const rows = [...points]
    .sort((a, b) => share(b) - share(a))
    .map((point) => {
      const { rate, verdict } = point;
      if (rate === undefined || rate.of === 0) return [label(point), verdict, '', ''];
      const text = `${rate.bad}/${rate.of}`;
      return [label(point), text, formatInterval(rate.interval), rateSvg(point, `${label(point)}: ${text}`)];
    });
  return table('How often each cell fails, 0 to 100%', ['cell', 'bad', 'interval', 'rate'], rows);
}

function rateSvg({ rate }: Point, title: string): Html {
  if (rate === undefined) return html``;
  const x = (value: number) => `${Number((MARGIN + value * (100 - 2 * MARGIN)).toFixed(2))}%`;
  const middle = HEIGHT / 2;
  const { low, high } = rate.interval;
  const ticks = [0, 0.5, 1].map(
    (tick) => html`<line class="tick" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${HEIGHT}"/>`,
  );
  const whisker = html`<line class="whisker" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/>`;
  const dot = html`<circle class="point ${rate.bad > 0 ? 'bad' : 'good'}" cx="${x(rate.bad / rate.of)}" cy="${middle}" r="5"/>`;
  return html`<svg class="strip" role="img" aria-label="${title}" width="100%" height="${HEIGHT}" style="min-inline-size:12rem"><title>${title}</title>${ticks}${whisker}${dot}</svg>`;
}
