import { describe, expect, it } from 'vitest';
import { trioOf } from '../../scripts/bench/driver.ts';
import { pageOf } from '../../scripts/bench/page.ts';
import type { Benchmark } from '../../scripts/bench/types.ts';
import { answerSection } from '../../scripts/page/html.ts';
import { renderMarkdown } from '../../scripts/page/markdown.ts';
import { renderText } from '../../scripts/page/text.ts';
import { testCell } from '../suites/support.ts';

const BENCHMARK: Benchmark = {
  schema: 'repro.bench/2',
  scenario: 'start-latency',
  title: 'A | title',
  baseline: '1.1.5',
  candidate: '1.1.15',
  confidence: 0.95,
  tolerate: 0.1,
  seed: 7,
  rounds: 12,
  outcome: 'slower',
  order: [{ cell: 'a', sample: 'sequential#1' }],
  timings: [
    {
      at: 'cgroupDriver=cgroupfs',
      case: 'sequential',
      metric: 'start.total',
      noise: 1.021,
      baseline: { n: 24, median: 3025, low: 2990, high: 3100 },
      candidate: { n: 12, median: 4123, low: 4000, high: 4300 },
      ratio: { estimate: 1.363, low: 1.341, high: 1.39 },
      same: { estimate: 1.004, low: 0.985, high: 1.021 },
      outcome: 'slower',
      because: '1.363 times the baseline’s',
    },
    {
      at: 'cgroupDriver=cgroupfs',
      case: 'sequential',
      metric: 'start.p99',
      noise: Number.POSITIVE_INFINITY,
      baseline: { n: 1, median: 30, low: 30, high: 30 },
      candidate: { n: 1, median: 41, low: 41, high: 41 },
      ratio: { estimate: 1.367, low: 0, high: Number.POSITIVE_INFINITY },
      same: { estimate: 1, low: 0, high: Number.POSITIVE_INFINITY },
      outcome: undefined,
      because: '',
    },
  ],
  gaps: ['x#1: runc run ended'],
  builds: { baseline: ['runc 1.1.5'], candidate: ['runc 1.1.15'] },
  common: ['kernel 6.12'],
};

describe('a benchmark', () => {
  it('as text', () => {
    const text = renderText(pageOf(BENCHMARK), 110);
    expect(text).toContain('3.025 s (2.990 s–3.100 s)  4.123 s (4.000 s–4.300 s)  1.363 (1.341–1.390)');
    expect(text).toContain('±2.1%');
    expect(text).toContain('- x#1: runc run ended');
    expect(text.trimEnd().split('\n').at(-1)).toBe('✘ 1.1.5 → 1.1.15: slower');
  });

  it('as Markdown, in which nothing breaks the table', () => {
    const text = renderMarkdown(pageOf(BENCHMARK));
    expect(text).toMatch(/^### ✘ 1\.1\.5 → 1\.1\.15: slower\n/);
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    expect(new Set(rows.map((row) => row.split(' | ').length))).toEqual(new Set([7]));
  });

  it('as a section of the page', () => {
    expect(answerSection(pageOf(BENCHMARK)).body.text).toContain('1.363 (1.341–1.390)');
  });
});

it('the baseline runs on two machines, and each of the three cells has a name of its own', () => {
  const cell = testCell;
  const trio = trioOf({
    name: '',
    common: {},
    baseline: cell,
    candidate: { ...cell, id: 'test/runc=1.3.6' },
  });
  expect([trio.baseline.id, trio.control.id, trio.candidate.id]).toEqual([
    'test/runc=1.1.15,arm=baseline',
    'test/runc=1.1.15,arm=again',
    'test/runc=1.3.6,arm=candidate',
  ]);
});
