/** Every block in every medium, with hostile text wherever a text can stand. */
import { describe, expect, test } from 'vitest';
import type { Block } from '../../scripts/page/blocks.ts';
import { answerSection, renderHtmlPage } from '../../scripts/page/html.ts';
import { renderMarkdown } from '../../scripts/page/markdown.ts';
import { renderText } from '../../scripts/page/text.ts';
import { pageHtml } from '../../scripts/report/html-parts.ts';
import { html } from '../../scripts/report/markup.ts';
import { HOSTILE } from '../fixtures/reports/hostile-texts.ts';
import { expectSafeHtml, expectSafeMarkdown, expectSafeText } from '../report/safe.ts';
import { everyBlock, hostilePage, pageWith } from './support.ts';

const KINDS = Object.keys(everyBlock('')) as Block['kind'][];

describe.each(Object.entries(HOSTILE))('%s', (_, text) => {
  test.each(KINDS)('in %s', (kind) => {
    const page = pageWith([everyBlock(text)[kind]]);
    expectSafeText(renderText(page, 80));
    expectSafeMarkdown(renderMarkdown(page));
    expectSafeHtml(renderHtmlPage(page));
  });

  test('everywhere', () => {
    const page = hostilePage(text);
    expectSafeText(renderText(page, 80));
    expectSafeMarkdown(renderMarkdown(page));
    expectSafeHtml(renderHtmlPage(page));
    const { title, body } = answerSection(page);
    expectSafeHtml(pageHtml({ title, header: html``, main: body }));
  });
});

test('a page forbids itself scripts, and all that is not its own', () => {
  const page = renderHtmlPage(hostilePage('<script>x</script>'));
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/<script|src=|href=/);
});
