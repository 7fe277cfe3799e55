import { describe, expect, it } from 'vitest';
import { goalsOf } from '../../benchmarks/machines/goals.ts';
import { BEGIN, END, page, table, withFigures } from '../../benchmarks/machines/page.ts';
import { plot } from '../../benchmarks/machines/plot.ts';
import type { Results } from '../../benchmarks/machines/results.ts';

const results: Results = {
  host: 'a host',
  load: '0.1',
  cores: 2,
  columns: [
    { id: 'warm', title: 'restored', ms: [500, 600, 700] },
    { id: 'cold', title: 'cold', ms: [6000, 6000, 5000] },
    { id: 'vng', title: 'virtme-ng', ms: [undefined, 30_000, undefined], trouble: 'no answer' },
    { id: 'vagrant', title: 'vagrant', ms: [], trouble: 'not there' },
  ],
  whole: [{ wallMs: 100_000, guestMs: 95_000 }],
  byHand: [{ samples: 12, reproMs: 20_000, plainMs: 40_000 }],
  memory: [100 * 1024 ** 2, 200 * 1024 ** 2, 160 * 1024 ** 2],
  growth: [
    { cells: 1, wallMs: 5000, guestMs: 2000, memory: 400 * 1024 ** 2 },
    { cells: 32, wallMs: 55_000, guestMs: 100_000, memory: 800 * 1024 ** 2 },
  ],
};

describe('goalsOf', () => {
  it('judges by medians, and ratios round by round', () => {
    expect(goalsOf(results).map(({ measured, reached }) => [measured, reached])).toEqual([
      ['0.6 s (0.5 s–0.7 s)', true],
      ['10× (7.14×–12×)', true],
      ['50× (50×–50×)', true],
      ['not measured', undefined],
      ['6 s (5 s–6 s)', true],
      ['5% (5%–5%)', true],
      ['160 MiB (100 MiB–200 MiB)', false],
      ['1.1× (1.1×–1.1×)', true],
    ]);
  });
});

describe('the page', () => {
  it('says what was missed and what could not be measured', () => {
    const text = page(results);
    expect(text).toContain(
      '| host memory of one machine more | ≤ 150 MiB | 160 MiB (100 MiB–200 MiB) | **not reached** |',
    );
    expect(text).toContain('| vagrant | not measured: not there |');
    expect(text).toContain('| 20 s | 40 s | 0.5× |');
    expect(text).toContain('| 32 | 55 s | 1.72 s | 100 s | 1.1 | 800 MiB |');
    expect(text).toContain('30 s (30 s–30 s); a round failed: no answer');
  });

  it('replaces its own part and nothing else', () => {
    expect(withFigures(`a\n${BEGIN}\nold\n${END}\nb`, 'new')).toBe(`a\n${BEGIN}\n\nnew\n\n${END}\nb`);
    expect(() => withFigures('a', 'new')).toThrow('no place');
  });

  it('keeps a bar and a line break from ending a cell', () => {
    expect(table(['a'], [['x|y\nz']])).toBe('| a |\n| --- |\n| x\\|y z |');
  });
});

it('draws a longer bar for a longer time, and none for what was not measured', () => {
  const svg = plot(results.columns);
  const [restored = 0, cold = 0] = [...svg.matchAll(/height="18"/g)].length
    ? [...svg.matchAll(/width="([\d.]+)" height="18"/g)].map(([, width]) => Number(width))
    : [];
  expect(cold).toBeGreaterThan(restored);
  expect(svg.match(/not measured/g)).toHaveLength(1);
});
