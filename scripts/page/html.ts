/** Answers as HTML: a page of their own, and the first section of the run's page. Templates escape all texts. Pure. */
import { bullets, pageHtml, quoted, type Section, section, stacked, table } from '../report/html-parts.ts';
import { type Html, html } from '../report/markup.ts';
import {
  type AnswerPage,
  type Block,
  type Inline,
  isShown,
  plainOf,
  type Settings,
  type Tone,
} from './blocks.ts';
import { plotHtml } from './plot-html.ts';

/** A page that needs nothing but itself. */
export function renderHtmlPage(page: AnswerPage): string {
  const { verb, name, scenario, title, verdict } = page;
  const heading = verdict === undefined ? `${name}: ${scenario}` : plainOf(verdict);
  return pageHtml({
    title: `${scenario}: ${heading}`,
    header: html`<p class="eyebrow">repro ${verb} · <code>${scenario}</code></p>
<h1>${verdict === undefined ? heading : inline(verdict)}</h1>
<p>${title}</p>`,
    main: section('answer', verdict === undefined ? 'The answer' : name, blocksHtml(page)),
  });
}

/** For the page of the run, which has the evidence. */
export function answerSection(page: AnswerPage): Section {
  const { name, verdict } = page;
  const said = verdict === undefined ? html`` : html`<p><strong>${plainOf(verdict)}</strong></p>`;
  return { title: name, body: stacked([said, blocksHtml(page)]) };
}

const blocksHtml = ({ answer, body, setup }: AnswerPage): Html => htmlOfAll([...answer, ...body, ...setup]);

/** Blocks one below the other, in their order. */
export const htmlOfAll = (blocks: readonly Block[]): Html =>
  stacked(blocks.filter((block) => isShown(block, 'html')).map(htmlOf));

function htmlOf(block: Block): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p>${inline(block.text)}</p>`;
    case 'note':
      return html`<p class="note">${block.text}</p>`;
    case 'bullets':
      return titled(block.title, bullets(block.items.map(inline), 'answer'));
    case 'sentences':
      return bullets(block.items, 'answer');
    case 'settings':
    case 'facts':
      return settingsHtml(block.items);
    case 'outcomes':
      return bullets(
        block.items.map(
          ({ name, came, because }) => html`<strong>${name}:</strong> ${inline(came)}. ${because}`,
        ),
        'answer',
      );
    case 'table':
      return block.rows.length === 0
        ? html``
        : table(
            block.title,
            block.header,
            block.rows.map((row) => row.map(inline)),
          );
    case 'quote':
      return block.lines.length === 0 ? html`` : quoted(block.lines);
    case 'plot':
      return plotHtml(block);
    case 'group':
      return section(idOf(block.title), block.title, htmlOfAll(block.blocks));
  }
}

const titled = (title: string | undefined, body: Html): Html =>
  body.text === '' || title === undefined ? body : html`<p>${title}</p>\n${body}`;

function settingsHtml(items: Settings['items']): Html {
  const rows = items.flatMap(({ name, value }) =>
    name === undefined ? [] : html`<dt>${name}</dt><dd>${inline(value)}</dd>`,
  );
  const alone = items
    .filter(({ name }) => name === undefined)
    .map(({ value }) => html`<p>${inline(value)}</p>`);
  return stacked([...alone, rows.length === 0 ? html`` : html`<dl>${rows}</dl>`]);
}

const CLASSES: Readonly<Record<Tone, string>> = { good: 'good', bad: 'bad', open: 'skip' };

function inline(one: Inline): Html {
  if (typeof one === 'string') return html`${one}`;
  if ('code' in one) return html`<code>${one.code}</code>`;
  return html`<span class="${CLASSES[one.tone]}">${plainOf(one)}</span>`;
}

/** Of one of our own titles. */
const idOf = (title: string): string => title.toLowerCase().replaceAll(/[^a-z]+/g, '-');
