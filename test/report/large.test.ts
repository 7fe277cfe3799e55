/** Reports of many cells and samples. On code that compares all cells with all others they end at the test's limit. */
import { describe, expect, test } from 'vitest';
import { largeReport } from '../../benchmarks/report/large.ts';
import { effectWords } from '../../scripts/report/effect-words.ts';
import { parseReport, renderJson } from '../../scripts/report/json.ts';
import { pairIndex, spread } from '../../scripts/report/pairs.ts';
import { formats } from '../../scripts/report/render.ts';
import { sharedCells } from '../../scripts/report/shared.ts';
import { unsupportedGroups } from '../../scripts/report/unsupported.ts';

const MANY = 4000;

describe('a report of 4,000 cells', () => {
  const report = largeReport({ cells: MANY, samples: 3 });
  const [bad, missed] = [Math.ceil(MANY / 3), Math.ceil(MANY / 15)];

  test.each(['terminal', 'markdown', 'html'] as const)(
    'as %s: a part of them, and how many there are',
    (name) => {
      const text = formats[name](report, { color: false, width: 120 });
      const [, most = '', all] = /Only (\d+) of (\d+) cells\s+are\s+shown/.exec(text) ?? [];
      expect(all).toBe(String(MANY));
      expect(Number(most)).toBeLessThanOrEqual(500);
      expect(text).toContain(`${bad} bad`);
      expect(text).toContain(`${MANY - bad} good`);
      expect(text.length).toBeLessThan({ terminal: 100_000, markdown: 65_536, html: 10_000_000 }[name]);
    },
  );

  test('missed expectations are shown before all others', () => {
    expect(missed).toBeGreaterThan(100);
    const text = formats.terminal(report, { color: false, width: 120 });
    expect(text.match(/EXPECTATION MISSED/g)).toHaveLength(100);
  });

  test('as JUnit XML: every sample of every cell', () => {
    const text = formats.junit(report);
    expect(text.match(/<testsuite /g)).toHaveLength(MANY);
    expect(text.match(/<testcase /g)?.length).toBeGreaterThanOrEqual(3 * MANY);
  });

  test('as JSON: all of it', () => {
    expect(parseReport(renderJson(report), 'report.json').cells).toHaveLength(MANY);
  });

  test('of effects and of points that can not exist, as many as a reader reads', () => {
    expect(effectWords(report).length).toBeLessThanOrEqual(61);
    const groups = unsupportedGroups(report.unsupported, [...report.cells, ...report.unsupported]);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(MANY);
    expect(groups.length).toBeLessThanOrEqual(41);
    for (const { where } of groups) expect(where.length).toBeLessThan(500);
  });

  test('cells that share a result find whose it is', () => {
    const [first] = report.cells;
    const cells = report.cells.map((cell) => (cell === first ? cell : { ...cell, sharedWith: first?.id }));
    expect(sharedCells({ ...report, cells })).toHaveLength(MANY - 1);
  });
});

test('150,000 samples of one cell: no value is an argument of a call', () => {
  const report = largeReport({ cells: 1, samples: 150_000 });
  for (const name of ['terminal', 'markdown', 'html'] as const) {
    const text = formats[name](report, { color: false, width: 120 });
    expect(text.length).toBeLessThan(1_000_000);
    expect(text).toMatch(/of 150000/);
  }
});

test('a handful of values that thousands of comparisons could be made of are said to be left out', () => {
  const report = largeReport({ cells: MANY, samples: 3 });
  const cells = report.cells.slice(0, 500).map((cell, at) => ({ ...cell, axes: { n: at } }));
  expect(effectWords({ ...report, cells }).at(-1)).toBe('439 more comparisons of values left out');
});

test('pairs differ in one axis alone, and are spread evenly', () => {
  const cells = ['a', 'b', 'c'].flatMap((x) => [1, 2].map((y) => ({ axes: { x, y } })));
  const pairs = pairIndex(cells, 'x')('a', 'c');
  expect(pairs.map((pair) => [pair.without.axes, pair.with.axes])).toEqual([
    [
      { x: 'a', y: 1 },
      { x: 'c', y: 1 },
    ],
    [
      { x: 'a', y: 2 },
      { x: 'c', y: 2 },
    ],
  ]);
  expect(pairIndex(cells, 'y')('1', 2)).toHaveLength(3);
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7], 4)).toEqual([0, 2, 4, 6]);
  expect(spread([1, 2], 4)).toEqual([1, 2]);
});
