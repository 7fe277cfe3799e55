/** An isolation as the first section of the run's page: in words, as a table, and as a plot. Pure. */
import { labelOf, varyingAxes } from '../report/describe.ts';
import { bullets, table } from '../report/html-parts.ts';
import type { Report } from '../report/model.ts';
import { escapeHtml as h } from '../report/text.ts';
import { formatInterval } from '../report/units.ts';
import { effectRows, HEADER, terms } from './render.ts';
import type { Isolation, Point } from './types.ts';

/** Per cent left free at both ends, for a dot at the end. */
const MARGIN = 2;
const HEIGHT = 22;

export function renderSection(isolation: Isolation, report: Report): { title: string; body: string } {
  const { problem, words, axes } = isolation;
  const said = problem === undefined ? words : [`Nothing isolated: ${problem}`];
  const effects = effectRows(isolation).map((row) => row.map(h));
  const body = [
    bullets(said.map(h), 'refs'),
    axes.length === 0 ? '' : table('What each axis changes', HEADER, effects),
    plotTable(isolation, report),
    `<p class="note">${h(terms(isolation))}</p>`,
  ];
  return { title: 'What makes it fail', body: body.join('\n') };
}

/** A row a cell, the worst on top: its rate as a dot, its interval as a line. */
function plotTable({ points }: Isolation, report: Report): string {
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
      if (rate === undefined || rate.of === 0) return [h(label(point)), h(verdict), '', ''];
      const text = `${rate.bad}/${rate.of}`;
      return [
        h(label(point)),
        text,
        formatInterval(rate.interval),
        rateSvg(point, `${label(point)}: ${text}`),
      ];
    });
  return table('How often each cell fails, 0 to 100%', ['cell', 'bad', 'interval', 'rate'], rows);
}

function rateSvg({ rate }: Point, title: string): string {
  if (rate === undefined) return '';
  const x = (value: number) => `${Number((MARGIN + value * (100 - 2 * MARGIN)).toFixed(2))}%`;
  const middle = HEIGHT / 2;
  const { low, high } = rate.interval;
  return (
    `<svg class="strip" role="img" aria-label="${h(title)}" width="100%" height="${HEIGHT}" style="min-inline-size:12rem">` +
    `<title>${h(title)}</title>` +
    [0, 0.5, 1]
      .map((tick) => `<line class="tick" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${HEIGHT}"/>`)
      .join('') +
    `<line class="whisker" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/>` +
    `<circle class="point ${rate.bad > 0 ? 'bad' : 'good'}" cx="${x(rate.bad / rate.of)}" cy="${middle}" r="5"/></svg>`
  );
}
