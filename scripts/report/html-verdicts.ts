/** The verdicts of all cells at a glance: a heat grid, or a list where fewer than two axes vary. */
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { varyingAxes } from './describe.ts';
import { EFFECT_TERMS, effectWords } from './effect-words.ts';
import { intervalText, intervalTitle, ofText, rateOf, signed } from './findings.ts';
import { type Grid, type GridPoint, gridOf } from './grid.ts';
import { badge, bullets, expectation, type Page, rate, stacked, table } from './html-parts.ts';
import { type Html, html } from './markup.ts';
import { headlineOf } from './series.ts';
import { plural } from './text.ts';
import { formatSpread } from './units.ts';
import { unsupportedGroups } from './unsupported.ts';
import { partialWarnings, WARNINGS_TITLE, whereText } from './warnings.ts';

export function verdictsHtml(report: Report, page: Page): Html {
  if (report.cells.length === 0) return html`<p>No cell was run.</p>`;
  const grid = gridOf(report);
  return grid === undefined ? list(report, page) : gridHtml(grid, page);
}

export function effectsHtml(report: Report): Html {
  const words = effectWords(report);
  if (words.length === 0) return html``;
  return html`\n<h3>What the axes change</h3>${bullets(words, 'effects')}<p class="muted">${EFFECT_TERMS}</p>`;
}

export function unsupportedHtml(report: Report): Html {
  const groups = unsupportedGroups(report.unsupported, [...report.cells, ...report.unsupported]);
  if (groups.length === 0) return html``;
  const rows = groups.map(({ where, count, reason }) => [where, plural(count, 'point'), reason]);
  return table(
    'Unsupported combinations, refused before anything was started',
    ['where', 'how many', 'why'],
    rows,
  );
}

export function warningsHtml(report: Report, page: Page): Html {
  const { shown, more, total } = partialWarnings(report);
  if (shown.length === 0) return html``;
  const labels = new Map(page.cells.map(({ cell, label }) => [cell, label]));
  const label = (cell: ReportCell) => labels.get(cell) ?? cell.id;
  const rows = shown.map((one) => [whereText(one, total, label), html`<code>${one.line}</code>`]);
  const rest = more > 0 && html`<p class="muted">${more} more in report.json, by cell.</p>`;
  return html`${table(WARNINGS_TITLE, ['by whom, and where', 'warning'], rows)}${rest}`;
}

function gridHtml(grid: Grid, page: Page): Html {
  const anchors = new Map(page.cells.map(({ cell, anchor }) => [cell, anchor]));
  const tables = grid.tables.map(({ title, rows }) => {
    const caption = title === '' ? `${grid.rowAxis} by ${grid.columnAxis}` : title;
    const columns = grid.columns.map((column) => html`<th scope="col">${column}</th>`);
    const body = rows.map(
      ({ label, points }) =>
        html`<tr><th scope="row">${label}</th>${points.map((point) => pointHtml(point, anchors))}</tr>`,
    );
    return html`<table class="grid"><caption>${caption}</caption><thead><tr><td class="corner"></td>${columns}</tr></thead><tbody>${stacked(body)}</tbody></table>`;
  });
  return html`<p class="muted">Rows are <b>${grid.rowAxis}</b>, columns <b>${grid.columnAxis}</b>: of the axes that vary, the two along which the rate of bad samples changes most. The stronger the red, the higher the rate.</p>\n<div class="grids">${stacked(tables)}</div>`;
}

function pointHtml(point: GridPoint, anchors: ReadonlyMap<ReportCell, string>): Html {
  if (point.kind === 'unsupported')
    return html`<td class="unsupported" title="${point.reason}">unsupported</td>`;
  if (point.kind === 'none') return html`<td class="unsupported">not run</td>`;
  const { cell } = point;
  const { verdict } = cell;
  const anchor = anchors.get(cell) ?? '';
  const seen = rateOf(cell);
  const share = seen === undefined || seen.total === 0 ? 0 : seen.bad / seen.total;
  const numbers =
    seen === undefined
      ? html`not judged`
      : html`${ofText(cell)}</span><span class="muted">${intervalText(cell)}`;
  const missed = cell.expected?.met === false && html`<span>${expectation(cell)}</span>`;
  return html`<td class="${verdict.kind}" style="--rate:${share.toFixed(3)}"><a href="#${anchor}"><b class="${verdict.kind}">${signed(cell)}</b><span>${numbers}</span>${missed}</a></td>`;
}

function list(report: Report, page: Page): Html {
  const axes = varyingAxes(report.cells);
  const rows = page.cells.map(({ cell, label, anchor }) => {
    const metric = headlineOf(cell, page.focus);
    return [
      html`<a href="#${anchor}">${label}</a>`,
      badge(cell),
      rate(cell),
      expectation(cell),
      (metric && formatSpread(metric.values, metric.unit)) ?? '',
    ];
  });
  const metric = page.focus.title === undefined ? '' : html`${page.focus.title}<br>min–median–max`;
  return table(
    'Every cell',
    [axes[0] ?? 'cell', 'verdict', `bad (${intervalTitle(report)})`, 'expectation', metric],
    rows,
  );
}
