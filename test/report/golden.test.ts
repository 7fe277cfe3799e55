import { describe, test } from 'vitest';
import { renderHtml } from '../../scripts/report/html.ts';
import { renderJson } from '../../scripts/report/json.ts';
import { renderJunit } from '../../scripts/report/junit.ts';
import { renderMarkdown } from '../../scripts/report/markdown.ts';
import { renderTerminal } from '../../scripts/report/terminal.ts';
import { FIXTURES, troubled, twoCells } from '../fixtures/reports/index.ts';
import { expectGolden } from './golden.ts';

describe.each(Object.entries(FIXTURES))('%s', (name, make) => {
  const report = make();
  const dir = `repro-runs/2026-01-02-${name}`;

  test('on a terminal of 80 columns', async () => {
    await expectGolden(`${name}.80.txt`, renderTerminal(report, { width: 80, color: false, dir }));
  });

  test('on a wide terminal', async () => {
    await expectGolden(`${name}.140.txt`, renderTerminal(report, { width: 140, color: false, dir }));
  });

  test('as Markdown', () => expectGolden(`${name}.md`, renderMarkdown(report)));
  test('as JUnit XML', () => expectGolden(`${name}.junit.xml`, renderJunit(report)));
  // A page of 24 cells is too long to be read as a difference; the browser test looks at it.
  if (name !== 'big-grid') test('as a page', () => expectGolden(`${name}.html`, renderHtml(report)));
});

test('as JSON', () => expectGolden('troubled.json', renderJson(troubled())));
test('in colour', () =>
  expectGolden('two-cells.colour.txt', renderTerminal(twoCells(), { width: 100, color: true })));
