/** A bisection for a terminal, as Markdown, and as a page that needs nothing but itself. Pure. */
import { htmlOfAll } from '../page/html.ts';
import { markdownOfAll } from '../page/markdown.ts';
import { linesOfAll } from '../page/text.ts';
import { bullets, pageHtml } from '../report/html-parts.ts';
import { html } from '../report/markup.ts';
import { textOf, wrap } from '../report/text.ts';
import { blocksOf, effortOf } from './page.ts';
import type { BisectReport } from './report.ts';
import { guardWords, headline } from './words.ts';

export const renderReport = (report: BisectReport, width: number): string =>
  textOf([...wrap(headline(report), width), '', ...linesOfAll(blocksOf(report), width)]);

export const renderMarkdown = (report: BisectReport): string =>
  markdownOfAll(`${report.scenario}: ${headline(report)}`, blocksOf(report));

export function renderPage(report: BisectReport): string {
  const { scenario, component, old, new: recent } = report;
  const guard = guardWords(report);
  const facts = [`${component} ${old.revision} to ${recent.revision}`, ...effortOf(report)];
  const header = html`<p class="eyebrow">repro bisect · <code>${scenario}</code></p>
<h1>${headline(report)}</h1>
${bullets(facts, 'facts')}
${guard !== undefined && html`<p class="note">${guard}</p>`}`;
  const title = `${scenario}: ${headline(report)}`;
  return pageHtml({ title, header, main: htmlOfAll(blocksOf(report)) });
}
