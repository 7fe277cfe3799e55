import { expect, test } from 'vitest';
import type { Axes } from '../../scripts/model/axes.ts';
import type { ReportCell } from '../../scripts/model/cell.ts';
import type { Report } from '../../scripts/model/report.ts';
import { effectWords } from '../../scripts/report/effect-words.ts';
import { effectsOf } from '../../scripts/report/effects.ts';
import { judgeCell } from '../../scripts/verdict/judge.ts';
import { twoCells } from '../fixtures/reports/index.ts';
import * as make from '../fixtures/reports/parts.ts';

/** A report of cells with so many bad ones of eight samples, and with peaks about a level (MiB). */
function report(cells: readonly (readonly [Axes, number, number])[]): Report {
  const made = cells.map(([axes, bad, peak]): ReportCell => {
    const samples = Array.from({ length: 8 }, (_, at) =>
      make.sample({
        index: at + 1,
        peakBytes: (peak + at / 100) * 2 ** 20,
        ...(at < bad ? { kills: [make.oomKill(600 + at, `pod-start#${at + 1}`, 12288)] } : {}),
      }),
    );
    return make.cell({ scenario: 's', axes, artifacts: {}, machine: undefined, samples });
  });
  return { ...twoCells(), cells: made };
}

const at = (runc: string, driver: string): Axes => ({ cgroupDriver: driver, runc });

test('each value of an axis is compared with its first, over all pairs that differ in nothing else', () => {
  const found = effectsOf(
    report([
      [at('1.1.5', 'cgroupfs'), 0, 4],
      [at('1.1.15', 'cgroupfs'), 8, 12],
      [at('1.3.6', 'cgroupfs'), 0, 4],
      [at('1.1.5', 'systemd'), 0, 4],
      [at('1.1.15', 'systemd'), 1, 9],
    ]),
  );
  expect(found.map(({ axis, from, to, pairs }) => [axis, from, to, pairs])).toEqual([
    ['cgroupDriver', 'cgroupfs', 'systemd', 2],
    ['runc', '1.1.5', '1.1.15', 2],
    ['runc', '1.1.5', '1.3.6', 1],
  ]);
  expect(found[1]?.difference).toBeCloseTo(9 / 16, 10);
  expect(found[1]?.p).toBeLessThan(0.001);
  expect(found[2]).toMatchObject({ difference: undefined, p: 1 });
});

test('in words: what changes the rate, what only a metric shows, and where nothing is shown', () => {
  const words = effectWords(
    report([
      [at('1.1.5', 'cgroupfs'), 0, 4],
      [at('1.1.15', 'cgroupfs'), 1, 12],
      [at('1.3.6', 'cgroupfs'), 0, 4],
      [at('1.4.3', 'cgroupfs'), 8, 4],
    ]),
  );
  expect(words).toEqual([
    expect.stringMatching(
      /^runc 1\.1\.5 → runc 1\.1\.15: no difference of rates is shown \(−\d+ to \+\d+ points, p = 1\.000\); it moves memory\.peak.* by \+8 MiB \(p = 0\.\d+\), which settles what pass and fail could not$/,
    ),
    expect.stringMatching(/^runc 1\.1\.5 → runc 1\.3\.6: nothing failed with either$/),
    expect.stringMatching(/^runc 1\.1\.5 → runc 1\.4\.3 changes the rate by \+100 points \(\+\d+ to \+100/),
  ]);
});

test('cells whose sampling stopped early, or that share a result, are not compared', () => {
  const whole = report([
    [at('1.1.5', 'cgroupfs'), 0, 4],
    [at('1.1.15', 'cgroupfs'), 8, 12],
  ]);
  const [first, second] = whole.cells as [ReportCell, ReportCell];
  const auto = { auto: true, rate: 0.05, confidence: 0.95 };
  const early = { ...second, verdict: judgeCell(whole.symptom, second.samples, { sampling: auto }) };
  expect(effectsOf(whole)).toHaveLength(1);
  expect(effectsOf({ ...whole, cells: [first, early] })).toEqual([]);
  expect(effectsOf({ ...whole, cells: [first, { ...second, sharedWith: first.id }] })).toEqual([]);
});
