/** The verdicts of all cells at a glance: a heat grid, or a list where fewer than two axes vary. */
import { varyingAxes } from './describe.ts';
import { EFFECT_TERMS, effectWords } from './effect-words.ts';
import { intervalText, intervalTitle, ofText, rateOf, signed } from './findings.ts';
import { type Grid, type GridPoint, gridOf } from './grid.ts';
import { badge, bullets, expectation, type Page, rate, table } from './html-parts.ts';
import { impossibleGroups } from './impossible.ts';
import type { Report, ReportCell } from './model.ts';
import { headlineOf } from './series.ts';
import { escapeHtml as h, plural } from './text.ts';
import { formatSpread } from './units.ts';
import { partialWarnings, WARNINGS_TITLE, whereText } from './warnings.ts';

export function verdictsHtml(report: Report, page: Page): string {
  if (report.cells.length === 0) return '<p>No cell was run.</p>';
  const grid = gridOf(report);
  return (grid === undefined ? list(report, page) : gridHtml(grid, page)) + effectsHtml(report);
}

function effectsHtml(report: Report): string {
  const words = effectWords(report);
  if (words.length === 0) return '';
  return `\n<h3>What the axes change</h3>${bullets(words.map(h), 'effects')}<p class="muted">${h(EFFECT_TERMS)}</p>`;
}

export function impossibleHtml(report: Report): string {
  const groups = impossibleGroups(report.impossible, [...report.cells, ...report.impossible]);
  if (groups.length === 0) return '';
  const rows = groups.map(({ where, count, reason }) => [h(where), plural(count, 'point'), h(reason)]);
  return table(
    "Points of the matrix that can't exist, refused before anything was started",
    ['where', 'how many', 'why'],
    rows,
  );
}

export function warningsHtml(report: Report, page: Page): string {
  const { shown, more, of } = partialWarnings(report);
  if (shown.length === 0) return '';
  const label = (cell: ReportCell) => page.cells.find((named) => named.cell === cell)?.label ?? cell.id;
  const rows = shown.map((one) => [h(whereText(one, of, label)), `<code>${h(one.line)}</code>`]);
  const rest = more > 0 ? `<p class="muted">${more} more in report.json, by cell.</p>` : '';
  return table(WARNINGS_TITLE, ['by whom, and where', 'warning'], rows) + rest;
}

function gridHtml(grid: Grid, page: Page): string {
  const tables = grid.tables.map(({ title, rows }) => {
    const caption = title === '' ? `${grid.rowAxis} by ${grid.columnAxis}` : title;
    const columns = grid.columns.map((column) => `<th scope="col">${h(column)}</th>`).join('');
    const body = rows.map(
      ({ label, points }) =>
        `<tr><th scope="row">${h(label)}</th>${points.map((point) => pointHtml(point, page)).join('')}</tr>`,
    );
    return `<table class="grid"><caption>${h(caption)}</caption><thead><tr><td class="corner"></td>${columns}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
  });
  return `<p class="muted">Rows are <b>${h(grid.rowAxis)}</b>, columns <b>${h(grid.columnAxis)}</b>: of the axes that vary, the two along which the rate of bad samples changes most. The stronger the red, the higher the rate.</p>\n<div class="grids">${tables.join('\n')}</div>`;
}

function pointHtml(point: GridPoint, page: Page): string {
  if (point.kind === 'impossible')
    return `<td class="impossible" title="${h(point.reason)}">can't exist</td>`;
  if (point.kind === 'none') return '<td class="impossible">not run</td>';
  const { cell } = point;
  const { verdict } = cell;
  const anchor = page.cells.find((named) => named.cell === cell)?.anchor ?? '';
  const seen = rateOf(cell);
  const share = seen === undefined || seen.of === 0 ? 0 : seen.bad / seen.of;
  const numbers =
    seen === undefined ? 'not judged' : `${ofText(cell)}</span><span class="muted">${intervalText(cell)}`;
  const missed = cell.expected?.met === false ? `<span>${expectation(cell)}</span>` : '';
  return `<td class="${verdict.kind}" style="--rate:${share.toFixed(3)}"><a href="#${anchor}"><b class="${verdict.kind}">${signed(cell)}</b><span>${numbers}</span>${missed}</a></td>`;
}

function list(report: Report, page: Page): string {
  const axes = varyingAxes(report.cells);
  const rows = page.cells.map(({ cell, label, anchor }) => {
    const metric = headlineOf(cell, page.focus);
    return [
      `<a href="#${anchor}">${h(label)}</a>`,
      badge(cell),
      rate(cell),
      expectation(cell),
      h((metric && formatSpread(metric.values, metric.unit)) ?? ''),
    ];
  });
  const metric = page.focus.title === undefined ? '' : `${h(page.focus.title)}<br>min–median–max`;
  return table(
    'Every cell',
    [h(axes[0] ?? 'cell'), 'verdict', `bad (${intervalTitle(report)})`, 'expectation', metric],
    rows,
  );
}
