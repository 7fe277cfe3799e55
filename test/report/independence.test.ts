import { describe, expect, test } from 'vitest';
import type { ReportCell, ReportSample } from '../../scripts/model/cell.ts';
import type { Report } from '../../scripts/model/report.ts';
import { dependencesOf, dependenceWords } from '../../scripts/report/independence.ts';
import { formats } from '../../scripts/report/render.ts';
import { twoCells } from '../fixtures/reports/index.ts';
import * as make from '../fixtures/reports/parts.ts';

type Machined = ReportSample & { readonly machine?: number };

/** Samples in this order: B is bad, G good, ? not judged; a digit says which machine the following are on. */
function samplesOf(text: string, name = 'start'): Machined[] {
  let machine: number | undefined;
  const samples: Machined[] = [];
  for (const letter of text) {
    if (/\d/.test(letter)) {
      machine = Number(letter);
      continue;
    }
    const made = make.sample({ case: name, index: samples.length + 1 });
    const judged = { B: 'bad', G: 'good', '?': 'unjudged' }[letter] as ReportSample['judged'];
    samples.push({ ...made, judged, ...(machine === undefined ? {} : { machine }) });
  }
  return samples;
}

const interval = { low: 0, high: 1, confidence: 0.95 };
function cellOf(n: number, samples: readonly ReportSample[]): ReportCell {
  const base = make.cell({ scenario: 's', axes: { n }, artifacts: {}, machine: undefined, samples: [] });
  const bad = samples.filter(({ judged }) => judged === 'bad').length;
  return { ...base, samples, verdict: { kind: 'bad', bad, total: samples.length, interval } };
}

const reportOf = (...cells: ReportCell[]): Report => ({ ...twoCells(), notes: [], cells });

const CLUSTERED = 'GGGGGGGGGGBBBBBBBBBB';
const MIXED = 'GBGGBBGBBGGBGGBBBGBG';

describe('samples that were not independent', () => {
  test('are told, of their cell and case', () => {
    const report = reportOf(cellOf(1, samplesOf(CLUSTERED)), cellOf(2, samplesOf(MIXED)));
    expect(dependencesOf(report)).toMatchObject([
      { case: 'start', runs: 2, total: 20, bad: 10, side: 'few' },
    ]);
    expect(dependenceWords(report)).toEqual([
      'n 1: samples of start on one machine were not independent (2 runs of equal outcomes in 20, p < 0.001): ' +
        'like followed like, and its rate is less certain than shown. With `fresh: sample` each has a machine of its own.',
    ]);
  });

  test('are told when they alternate', () => {
    const [words] = dependenceWords(reportOf(cellOf(1, samplesOf('GB'.repeat(12)))));
    expect(words).toContain('each depended on the one before');
  });

  test.each(['terminal', 'html', 'markdown'] as const)('stand in the report as %s', (name) => {
    const report = reportOf(cellOf(1, samplesOf(CLUSTERED)));
    const text = formats[name](report, { color: false, width: 120 }).replaceAll(/\s+/g, ' ');
    expect(text).toContain('were not independent');
    const mixed = formats[name](reportOf(cellOf(1, samplesOf(MIXED))), { color: false, width: 120 });
    expect(mixed.replaceAll(/\s+/g, ' ')).not.toContain('were not independent');
  });

  test('are of one machine: two machines with one outcome each show nothing', () => {
    expect(dependencesOf(reportOf(cellOf(1, samplesOf(`1${'G'.repeat(10)}2${'B'.repeat(10)}`))))).toEqual([]);
    expect(dependencesOf(reportOf(cellOf(1, samplesOf(`1${CLUSTERED}2${MIXED}`))))).toHaveLength(1);
  });

  test('are of one case: two cases with one outcome each show nothing', () => {
    const samples = [...samplesOf('G'.repeat(10), 'a'), ...samplesOf('B'.repeat(10), 'b')];
    expect(dependencesOf(reportOf(cellOf(1, samples)))).toEqual([]);
  });

  test('are not sought where sampling stopped by what it saw, or the samples differ', () => {
    const cell = cellOf(1, samplesOf(CLUSTERED));
    const verdict = { kind: 'bad', bad: 10, total: 20, interval, method: 'confidence-sequence' } as const;
    expect(dependencesOf(reportOf({ ...cell, verdict }))).toEqual([]);
    const samples = cell.samples.map((sample) => ({ ...sample, params: { memoryLimit: '10Mi' } }));
    expect(dependencesOf(reportOf({ ...cell, samples }))).toEqual([]);
  });

  test('are those that were judged', () => {
    const [found] = dependencesOf(reportOf(cellOf(1, samplesOf(`?${CLUSTERED.replace('GB', 'G?B')}`))));
    expect(found).toMatchObject({ total: 20, runs: 2 });
  });
});

test('of twenty independent cells, all together are wrong in 5 of 100 reports at most', () => {
  const random = make.randomFrom(3);
  const rounds = 400;
  let wrong = 0;
  for (let round = 0; round < rounds; round++) {
    const cells = Array.from({ length: 20 }, (_, n) =>
      cellOf(n, samplesOf(Array.from({ length: 20 }, () => (random() < 0.1 + n / 25 ? 'B' : 'G')).join(''))),
    );
    if (dependencesOf(reportOf(...cells)).length > 0) wrong++;
  }
  // The standard error of a share of 5% is 1.1 points.
  expect(wrong / rounds).toBeLessThan(0.08);
});
