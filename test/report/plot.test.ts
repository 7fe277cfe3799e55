import { expect, test } from 'vitest';
import { axisSvg, scaleOf, stripSvg } from '../../scripts/report/plot.ts';
import { seriesOf } from '../../scripts/report/series.ts';
import { twoCells } from '../fixtures/reports/index.ts';
import { MIB } from '../fixtures/reports/parts.ts';
import { all, parseXml } from './xml.ts';

test('a scale has round ticks in the unit that is shown', () => {
  const scale = scaleOf([3.4 * MIB, 14.3 * MIB], [15 * MIB], 'bytes');
  expect(scale.max).toBe(15 * MIB);
  expect(scale.ticks.map((tick) => tick / MIB)).toEqual([0, 5, 10, 15]);
  const texts = all(parseXml(axisSvg(scale, 'axis').text), 'text').map(({ text }) => text);
  expect(texts).toEqual(['0', '5 MiB', '10 MiB', '15 MiB']);
});

test('a limit far beyond the values stays off the scale', () => {
  expect(scaleOf([4 * MIB], [100 * MIB], 'bytes').max).toBe(4 * MIB);
});

test.each([[[]], [[0]], [[0, 0]], [[5e-324]], [[1e-310, 0]], [[1e308]]])(
  'values %j still make a scale',
  (values) => {
    const scale = scaleOf(values, [], 'ms');
    expect(scale.ticks.length).toBeLessThan(20);
    expect(scale.max).toBeGreaterThan(0);
    expect(scale.ticks.every(Number.isFinite)).toBe(true);
  },
);

test('a strip has a dot per sample, the limit, and a title that tells it in words', () => {
  const cell = twoCells().cells[1];
  const series = cell && seriesOf(cell, { metric: 'memory.peak', unit: 'bytes', case: 'pod-start' });
  if (cell === undefined || series === undefined) throw new Error('fixture');
  const svg = parseXml(stripSvg(cell, series, scaleOf(series.values, [15 * MIB], 'bytes'), 'runc <1>').text);
  const dots = all(svg, 'circle');
  expect(dots).toHaveLength(20);
  expect(dots.every(({ attributes }) => attributes.class === 'point bad')).toBe(true);
  const at = dots.map(({ attributes }) => Number.parseFloat(attributes.cx ?? ''));
  const smallest = series.values.indexOf(Math.min(...series.values));
  expect(at[smallest]).toBe(Math.min(...at));
  expect(Math.max(...at)).toBeLessThan(98);
  const limit = all(svg, 'line').find(({ attributes }) => attributes.class === 'limit');
  expect(limit?.attributes.x1).toBe('98%');
  expect(svg.attributes.role).toBe('img');
  expect(all(svg, 'title')[0]?.text).toBe(
    'runc <1>: memory.peak of 20 samples, min–median–max 9.4–11.8–13.9 MiB, memory limit 15 MiB',
  );
});
