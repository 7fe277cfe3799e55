/** A report of a stranger, with hostile text in each of its strings, through every format. */
import { describe, expect, test } from 'vitest';
import { forTerminal } from '../../scripts/lib/plain.ts';
import { renderHtml } from '../../scripts/report/html.ts';
import { parseReport, renderJson } from '../../scripts/report/json.ts';
import { renderJunit } from '../../scripts/report/junit.ts';
import { renderMarkdown } from '../../scripts/report/markdown.ts';
import { renderTerminal } from '../../scripts/report/terminal.ts';
import { filled } from '../fixtures/reports/filled.ts';
import { HOSTILE } from '../fixtures/reports/hostile-texts.ts';
import { expectSafeHtml, expectSafeJunit, expectSafeMarkdown, expectSafeText } from './safe.ts';

test('the fixture has the text in every string of the schema', () => {
  const report = filled('MARK');
  const strings: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') strings.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(report);
  expect(strings.filter((text) => text.includes('MARK')).length).toBeGreaterThan(300);
  expect(report.cells.map(({ verdict }) => verdict.kind)).toEqual(
    expect.arrayContaining(['good', 'bad', 'skip']),
  );
  expect(new Set(report.cells.flatMap(({ samples }) => samples.map(({ judged }) => judged))).size).toBe(3);
});

describe.each(Object.entries(HOSTILE))('%s', (_, text) => {
  const report = filled(text);

  test.each([40, 80, 300])('on a terminal of %i columns', (width) => {
    for (const color of [true, false]) {
      const shown = renderTerminal(report, { width, color, dir: text });
      expectSafeText(shown);
      // So that the last barrier has nothing to do.
      expect(forTerminal(shown)).toBe(shown);
    }
  });

  test('as a page', () => expectSafeHtml(renderHtml(report)));
  test('as Markdown', () => expectSafeMarkdown(renderMarkdown(report)));
  test('as JUnit XML', () => expectSafeJunit(renderJunit(report)));

  test('as JSON, which is the same report', () => {
    const json = renderJson(report);
    expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    const parsed = () => parseReport(json, 'report.json');
    // No run writes such a key: scenarios and workloads that use one are refused.
    if (text in Object.prototype) expect(parsed).toThrow('a name that every JavaScript object has');
    else expect(parsed()).toEqual(JSON.parse(JSON.stringify(report)));
  });
});
