import { expect, test } from 'vitest';
import { focusOf, headlineOf, seriesKeys } from '../../scripts/report/series.ts';
import { bigGrid, twoCells } from '../fixtures/reports/index.ts';
import { artifacts, cell, report, sample } from '../fixtures/reports/parts.ts';

test('a case that provokes kills comes after one that does not, though the scenario names it first', () => {
  expect(twoCells().suite.cases[0]).toBe('single-container-oom');
  expect(seriesKeys(twoCells()).map(({ metric, case: id }) => `${metric} ${id}`)).toEqual([
    'memory.peak pod-start',
    'pod.start pod-start',
    'memory.peak single-container-oom',
    'pod.start single-container-oom',
  ]);
});

test('values of two cases are never mixed', () => {
  const given = twoCells();
  const [good] = given.cells;
  if (good === undefined) throw new Error('fixture');
  expect(good.metrics['memory.peak']?.values).toHaveLength(30);
  const headline = headlineOf(good, focusOf(given));
  expect(headline?.values).toHaveLength(20);
  expect(Math.max(...(headline?.values ?? []))).toBeLessThan(4 * 1024 ** 2);
  expect(focusOf(given).title).toBe('memory.peak in pod-start');
});

test('each cgroup version shows the peak that it has', () => {
  const given = bigGrid();
  const focus = focusOf(given);
  const names = new Set(given.cells.map((one) => `${one.axes.cgroup} ${headlineOf(one, focus)?.metric}`));
  expect(names).toEqual(new Set(['v2 memory.peak', 'v1 memory.max_usage_in_bytes']));
});

test('a metric that the symptom names comes first', () => {
  const symptom = { metric: 'pod.start', above: 1000 };
  const one = cell(
    {
      scenario: 's',
      axes: { a: 1 },
      artifacts: artifacts(),
      machine: undefined,
      samples: [sample({ index: 1, peakBytes: 5, startMs: 1200 }, symptom)],
    },
    symptom,
  );
  const given = report({ scenario: 's', title: 't', question: 'q', symptom, cells: [one] });
  expect(headlineOf(one, focusOf(given))).toMatchObject({ metric: 'pod.start', values: [1200] });
});

test('nothing measured is nothing to show', () => {
  const given = report({ scenario: 's', title: 't', question: 'q', cells: [] });
  expect(focusOf(given)).toEqual({ metrics: [], case: undefined, title: undefined });
});
