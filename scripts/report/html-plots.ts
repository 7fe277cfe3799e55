/** A figure per metric and case: every cell's distribution on one scale. */
import { formatValue } from '../lib/units.ts';
import type { Report } from '../model/report.ts';
import type { NamedCell, Page } from './html-parts.ts';
import { badge, stacked } from './html-parts.ts';
import { type Html, html } from './markup.ts';
import { axisSvg, limitOn, type PlotScale, scaleOf, stripSvg } from './plot.ts';
import { type Series, type SeriesKey, seriesKeys, seriesOf } from './series.ts';
import { formatSpread } from './units.ts';

/** Beyond this many cells, metrics that tell less are folded. */
const MANY_CELLS = 8;
/** Figures at most: a workload names as many metrics as it likes. */
const MOST_SERIES = 40;

export function plotsHtml(report: Report, { cells, focus }: Page): Html {
  const keys = seriesKeys(report).slice(0, MOST_SERIES);
  const severalCases = new Set(keys.map((key) => key.case)).size > 1;
  return stacked(
    keys.map((key) => {
      const title = severalCases ? `${key.metric} in ${key.case}` : key.metric;
      const plot = figure(cells, key, title);
      const shown =
        key.case === focus.case && (focus.metrics.includes(key.metric) || cells.length <= MANY_CELLS);
      return shown ? plot : html`<details class="more"><summary>${title}</summary>${plot}</details>`;
    }),
  );
}

function figure(cells: readonly NamedCell[], key: SeriesKey, title: string): Html {
  const shown = cells.flatMap((named) => {
    const series = seriesOf(named.cell, key);
    return series === undefined ? [] : [{ named, series }];
  });
  const limits = shown.flatMap(({ named }) => limitOn(named.cell, key) ?? []);
  const scale = scaleOf(
    shown.flatMap(({ series }) => series.values),
    limits,
    key.unit,
  );
  const axis = html`<div class="row head"><div class="name"></div>${axisSvg(scale, `Scale from 0 to ${formatValue(scale.max, key.unit)}`)}<div class="numbers"></div></div>`;
  const rows = shown.map(({ named, series }) => row(named, series, scale));
  return html`<figure><figcaption>${title}${legend(limits.some((limit) => limit <= scale.max))}</figcaption>\n${axis}\n${stacked(rows)}\n</figure>`;
}

function row({ cell, label, anchor }: NamedCell, series: Series, scale: PlotScale): Html {
  const spread = formatSpread(series.values, scale.unit) ?? '';
  const limit = limitOn(cell, scale);
  const beyond = limit !== undefined && limit > scale.max ? ', off the scale' : '';
  const limited =
    limit !== undefined && html`, <span>limit ${formatValue(limit, scale.unit)}${beyond}</span>`;
  return html`<div class="row"><div class="name"><a href="#${anchor}">${label}</a> ${badge(cell)}</div>${stripSvg(cell, series, scale, label)}<div class="numbers"><span>${spread}</span>${limited}</div></div>`;
}

function legend(limited: boolean): Html {
  const mark = (body: Html): Html => html`<svg width="18" height="14" aria-hidden="true">${body}</svg>`;
  const dot = (judged: string): Html => mark(html`<circle class="point ${judged}" cx="9" cy="7" r="4"/>`);
  const parts = [
    html`${dot('good')} good sample`,
    html`${dot('bad')} bad sample`,
    html`${mark(html`<rect class="box" x="3" y="2" width="12" height="10"/><line class="median" x1="9" x2="9" y1="2" y2="12"/>`)} middle half and median`,
    ...(limited
      ? [html`${mark(html`<line class="limit" x1="9" x2="9" y1="0" y2="14"/>`)} memory limit`]
      : []),
  ];
  return html`<span class="key">${parts.map((part) => html`<span>${part}</span>`)}</span>`;
}
