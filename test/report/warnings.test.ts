import { expect, it } from 'vitest';
import type { Report } from '../../scripts/model/report.ts';
import { renderHtml } from '../../scripts/report/html.ts';
import { parseReport, renderJson } from '../../scripts/report/json.ts';
import { renderMarkdown } from '../../scripts/report/markdown.ts';
import { renderTerminal } from '../../scripts/report/terminal.ts';
import { partialWarnings } from '../../scripts/report/warnings.ts';
import { twoCells } from '../fixtures/reports/index.ts';

const DEPTH = 'overlayfs: maximum fs stacking depth exceeded';
const kernel = (line: string) => ({ source: 'kernel' as const, line, count: 1 });
const runtime = (line: string) => ({ source: 'runtime' as const, line, count: 1 });

/** Two cells that log these. */
function reportOf(...warnings: Report['cells'][number]['warnings'][]): Report {
  const report = twoCells();
  return { ...report, cells: report.cells.map((cell, at) => ({ ...cell, warnings: warnings[at] })) };
}

it('tells what one cell logs and the other does not, numbers aside', () => {
  const report = reportOf([kernel(DEPTH), kernel('pid 7 is late')], [kernel('pid 8 is late')]);
  const { shown, more, total } = partialWarnings(report);
  expect(shown.map(({ line, cells }) => [line, cells.length])).toEqual([[DEPTH, 1]]);
  expect([more, total]).toEqual([0, 2]);
});

it('says nothing where there is nothing to compare, or nothing differs', () => {
  expect(partialWarnings(reportOf([kernel(DEPTH)], undefined)).shown).toEqual([]);
  expect(partialWarnings(reportOf([kernel(DEPTH)], [kernel(DEPTH)])).shown).toEqual([]);
  const [first, second] = reportOf([kernel(DEPTH)], []).cells;
  if (first === undefined || second === undefined) throw new Error('two cells');
  expect(partialWarnings({ cells: [first, { ...second, samples: [] }] }).shown).toEqual([]);
});

it('does not repeat what a sample gives as its error', () => {
  const report = reportOf([], []);
  const [first, second] = report.cells;
  const [sample] = first?.samples ?? [];
  if (first === undefined || second === undefined || sample === undefined) throw new Error('two cells');
  const erring = { ...sample, errors: ['runc create failed: pid 7'] };
  const warnings = [runtime('level=error msg="runc create failed: pid 8"'), runtime('level=warning msg=b')];
  const { shown } = partialWarnings({ cells: [{ ...first, samples: [erring], warnings }, second] });
  expect(shown.map(({ line }) => line)).toEqual(['level=warning msg=b']);
});

it('is not hidden by an error that says nothing', () => {
  const [first, second] = reportOf([runtime('level=warning msg=b')], []).cells;
  const [sample] = first?.samples ?? [];
  if (first === undefined || second === undefined || sample === undefined) throw new Error('two cells');
  const erring = { ...sample, errors: ['', 'level'] };
  const { shown } = partialWarnings({ cells: [{ ...first, samples: [erring] }, second] });
  expect(shown.map(({ line }) => line)).toEqual(['level=warning msg=b']);
});

it('takes errors of any length and look', () => {
  const [first, second] = reportOf([runtime('level=warning msg=b')], []).cells;
  const [sample] = first?.samples ?? [];
  if (first === undefined || second === undefined || sample === undefined) throw new Error('two cells');
  // Some seconds each where time grows with the square of their length.
  const erring = { ...sample, errors: Array.from({ length: 100 }, (_, at) => `${'a-'.repeat(16_000)}${at}`) };
  expect(partialWarnings({ cells: [{ ...first, samples: [erring] }, second] }).shown).toHaveLength(1);
});

it('stands in every format, five at most, and no escape sequence of it gets through', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const report = reportOf(
    names.map((name) => runtime(`level=warning msg=\u001b]0;${name}\u0007<${name}>`)),
    [],
  );
  for (const text of [renderTerminal(report), renderMarkdown(report), renderHtml(report)]) {
    expect(text).toContain('Warnings that only some cells log');
    expect(text).toContain('2 more in report.json');
    expect(text).toMatch(/runtime, in 1 of 2 cells: runc 1\.1\.\d+/);
    expect(text).not.toContain('\u001b');
  }
  expect(renderHtml(report)).toContain('msg=&lt;a&gt;');
  expect(parseReport(renderJson(report), 'report.json').cells[0]?.warnings).toHaveLength(7);
});
