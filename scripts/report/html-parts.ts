/** What the sections of a page share. Templates escape all that a report quotes. */
import { largest } from '../lib/numbers.ts';
import { formatMs } from '../lib/units.ts';
import type { ReportCell } from '../model/cell.ts';
import { rateText, signed } from './findings.ts';
import { STYLE } from './html-style.ts';
import { type Html, html, isSaid, joined, Markup } from './markup.ts';
import type { Focus } from './series.ts';

export interface NamedCell {
  readonly cell: ReportCell;
  /** What makes it different from the others. */
  readonly label: string;
  /** Anchor of its section. */
  readonly anchor: string;
}

export interface Page {
  readonly cells: readonly NamedCell[];
  readonly focus: Focus;
}

/** A part of a page. */
export interface Section {
  readonly title: string;
  readonly body: Html;
}

/** A page that needs nothing but itself: its policy refuses all else. */
export function pageHtml({ title, header, main }: { title: string; header: Html; main: Html }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup('html', STYLE)}</style>
</head>
<body>
<header>
${header}
</header>
<main>
${main}
</main>
</body>
</html>
`.text;
}

export const section = (id: string, title: string, body: Html): Html =>
  isSaid(body)
    ? html`<section aria-labelledby="${id}">\n<h2 id="${id}">${title}</h2>\n${body}\n</section>`
    : html``;

/** One below the other, without those that say nothing. */
export const stacked = (parts: readonly Html[]): Html => joined('html', parts.filter(isSaid), '\n');

export const badge = (cell: ReportCell): Html =>
  html`<span class="badge ${cell.verdict.kind}">${signed(cell)}</span>`;

/** `3 of 8 (8–76%)`. */
export const rate = rateText;

export function expectation({ expected, verdict }: ReportCell): Html {
  if (expected === undefined) return html``;
  if (expected.met) return html`as expected`;
  if (verdict.kind === 'skip') return html`<span class="skip">unknown: expected ${expected.verdict}</span>`;
  return html`<span class="missed">missed: expected ${expected.verdict}</span>`;
}

/** Lines as they are, in a block that scrolls. */
export const quoted = (lines: readonly string[]): Html =>
  html`<pre tabindex="0">${joined(
    'html',
    lines.map((line) => html`${line}`),
    '\n',
  )}</pre>`;

/** The first column names the row. It scrolls where it doesn't fit. */
export function table(
  caption: string,
  header: readonly (Html | string)[],
  rows: readonly (readonly (Html | string)[])[],
): Html {
  const head = header.map((title) => html`<th scope="col">${title}</th>`);
  const body = rows.map(
    ([first = '', ...others]) =>
      html`<tr><th scope="row">${first}</th>${others.map((text) => html`<td>${text}</td>`)}</tr>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="list"><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${stacked(body)}</tbody></table></div>`;
}

/** Where time went, a bar a phase. */
export function phaseTable(
  caption: string,
  phases: readonly { readonly name: string; readonly ms: number }[],
): Html {
  if (phases.length === 0) return html``;
  const longest = Math.max(1, largest(phases.map(({ ms }) => ms)));
  const rows = phases.map(
    ({ name, ms }) =>
      html`<tr><th scope="row">${name}</th><td>${formatMs(ms)}</td><td><span class="bar" style="inline-size:${Math.round((ms / longest) * 100)}%"></span></td></tr>`,
  );
  return html`<table class="time"><caption>${caption}</caption><thead><tr><th scope="col">phase</th><th scope="col">time</th><th scope="col">share</th></tr></thead><tbody>${stacked(rows)}</tbody></table>`;
}

export const bullets = (items: readonly (Html | string)[], name: string): Html =>
  items.length === 0 ? html`` : html`<ul class="${name}">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
