/** What the sections of the page share. Everything that a report quotes goes through `h`. */
import { rateText, signed } from './findings.ts';
import type { ReportCell } from './model.ts';
import type { Focus } from './series.ts';
import { escapeHtml as h } from './text.ts';
import { formatMs } from './units.ts';

export interface NamedCell {
  readonly cell: ReportCell;
  /** What makes it different from the others, not escaped. */
  readonly label: string;
  /** Anchor of its section. */
  readonly anchor: string;
}

export interface Page {
  readonly cells: readonly NamedCell[];
  readonly focus: Focus;
}

export const section = (id: string, title: string, body: string): string =>
  body === ''
    ? ''
    : `<section aria-labelledby="${id}">\n<h2 id="${id}">${h(title)}</h2>\n${body}\n</section>`;

export const badge = (cell: ReportCell): string =>
  `<span class="badge ${cell.verdict.kind}">${signed(cell)}</span>`;

/** `3 of 8 (8–76%)`, not escaped: it holds numbers only. */
export const rate = rateText;

export function expectation({ expected, verdict }: ReportCell): string {
  if (expected === undefined) return '';
  if (expected.met) return 'as expected';
  if (verdict.kind === 'skip') return `<span class="skip">unknown: expected ${expected.verdict}</span>`;
  return `<span class="missed">missed: expected ${expected.verdict}</span>`;
}

/** A table of texts that are HTML already; the first column names the row. It scrolls where it doesn't fit. */
export function table(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const head = header.map((title) => `<th scope="col">${title}</th>`).join('');
  const body = rows.map(
    ([first = '', ...others]) =>
      `<tr><th scope="row">${first}</th>${others.map((text) => `<td>${text}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table class="list"><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

/** Where time went, a bar a phase. */
export function phaseTable(
  caption: string,
  phases: readonly { readonly name: string; readonly ms: number }[],
): string {
  if (phases.length === 0) return '';
  const longest = Math.max(1, ...phases.map(({ ms }) => ms));
  const rows = phases.map(
    ({ name, ms }) =>
      `<tr><th scope="row">${h(name)}</th><td>${formatMs(ms)}</td><td><span class="bar" style="inline-size:${Math.round((ms / longest) * 100)}%"></span></td></tr>`,
  );
  return `<table class="time"><caption>${h(caption)}</caption><thead><tr><th scope="col">phase</th><th scope="col">time</th><th scope="col">share</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
}

export const bullets = (items: readonly string[], name: string): string =>
  items.length === 0 ? '' : `<ul class="${name}">${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
