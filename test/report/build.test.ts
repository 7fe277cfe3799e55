import { describe, expect, test } from 'vitest';
import type { ReportCell } from '../../scripts/model/cell.ts';
import { type Report, reportSchema } from '../../scripts/model/report.ts';
import type { Verdict, VerdictKind } from '../../scripts/model/verdict.ts';
import {
  buildCell,
  buildReport,
  exitCodeOf,
  expectedOf,
  metricsOf,
  notesToKeep,
} from '../../scripts/report/build.ts';
import type { Cell, Scenario } from '../../scripts/scenario/types.ts';
import { expectedKill, machine, oomKill, sample } from '../fixtures/reports/parts.ts';

const interval = { low: 0, high: 1, confidence: 0.95 };
const verdicts: Readonly<Record<VerdictKind, Verdict>> = {
  good: { kind: 'good', bad: 0, total: 3, interval },
  bad: { kind: 'bad', bad: 2, total: 3, interval },
  skip: { kind: 'skip', reason: 'no machine' },
};

/** `bad` a bad cell without an expectation, `good!bad` one that was good and should have been bad. */
function judged(text: string): Pick<ReportCell, 'verdict' | 'expected'> {
  const [kind, expected] = text.split('!') as [VerdictKind, VerdictKind | undefined];
  const expect = expected === undefined ? undefined : { when: {}, verdict: expected };
  return { verdict: verdicts[kind], expected: expectedOf(expect, verdicts[kind]) };
}

describe('the exit code', () => {
  test.each([
    ['', 0],
    ['good', 0],
    ['bad', 1],
    ['skip', 125],
    ['good!good', 0],
    ['bad!bad', 0],
    ['skip!skip', 0],
    ['bad!good', 1],
    ['good!bad', 1],
    ['good!skip', 1],
    ['bad!skip', 1],
    ['skip!good', 125],
    ['skip!bad', 125],
    ['good!good bad!bad', 0],
    ['good bad!bad', 0],
    ['bad!bad bad', 1],
    ['skip bad', 1],
    ['skip!good good!bad', 1],
    ['skip!bad good', 125],
  ])('of cells "%s" is %d', (cells, code) => {
    const parts = cells === '' ? [] : cells.split(' ').map(judged);
    expect(exitCodeOf(parts, false)).toBe(code);
  });

  test('of an interrupted run is 130, whatever was seen', () => {
    expect(exitCodeOf([judged('bad'), judged('skip')], true)).toBe(130);
  });
});

test('metrics keep the order of the samples, and two units of one name apart', () => {
  const metrics = metricsOf([
    { metrics: { time: { value: 2, unit: 'ms' }, peak: { value: 5, unit: 'bytes' } } },
    { metrics: {} },
    { metrics: { time: { value: 1, unit: 'ms' } } },
    { metrics: { time: { value: 9, unit: 's' } } },
  ]);
  expect(metrics).toEqual({
    time: { unit: 'ms', values: [2, 1] },
    peak: { unit: 'bytes', values: [5] },
    'time [s]': { unit: 's', values: [9] },
  });
});

const settings = {
  samples: 2,
  sampling: { auto: false, rate: undefined, confidence: 0.95 },
  timeout: 60,
  machine: { image: 'trixie', cpus: 2, memoryMiB: 1024, diskMiB: 2048, network: false as const },
  params: { memoryLimit: '15Mi' },
};
const CELL: Cell = {
  ...settings,
  id: 's/runc=1.1.15',
  scenario: 's',
  axes: { runc: '1.1.15' },
  expect: { when: {}, verdict: 'bad', why: 'it copies itself' },
};

function built(): ReportCell {
  const samples = [
    sample({ index: 1, kills: [oomKill(1, 'pod-start#1', 10)] }),
    sample({ index: 2, peakBytes: 7 }),
  ];
  return buildCell({
    cell: CELL,
    dir: 'cells/1',
    artifacts: [
      {
        component: 'runc',
        version: '1.1.15',
        packageVersion: '1.1.15-2',
        source: 'deb:trixie',
        sha256: 'ab',
        size: 3,
        locator: { file: 'pool/runc.deb' },
      },
    ],
    guest: {},
    machine: machine('6.12.95', 'v2'),
    verdict: verdicts.bad,
    samples,
    samplesPlanned: 2,
    durationMs: 10,
    phases: [],
    consoleTail: [],
    outside: {
      oomKills: [expectedKill(2, 'none')],
      kernelEvents: [{ kind: 'warning', at: 1, line: 'WARNING: CPU: 0' }],
    },
  });
}

test('a cell holds what its samples and the time between them had', () => {
  const cell = built();
  expect(cell.artifacts).toEqual({
    runc: { version: '1.1.15', packageVersion: '1.1.15-2', source: 'deb:trixie', sha256: 'ab' },
  });
  expect(cell.oomKills.map(({ pid }) => pid)).toEqual([1, 2]);
  expect(cell.kernelEvents).toHaveLength(1);
  expect(cell.metrics).toEqual({ 'memory.peak': { unit: 'bytes', values: [7] } });
  expect(cell.expected).toEqual({ verdict: 'bad', why: 'it copies itself', met: true });
  expect(cell.params).toEqual({ memoryLimit: '15Mi' });
});

function reported(cells: readonly ReportCell[], notes: readonly string[]): Report {
  const scenario: Scenario = {
    ...settings,
    name: 's',
    title: 'S',
    question: 'Is it?',
    references: [],
    axes: { runc: ['1.1.15'] },
    sources: [],
    build: {},
    suite: { id: 'cri', cases: ['pod-start'] },
    symptom: { case: 'fails' },
    expect: [],
    cells: [CELL],
    kernelLog: { warn: [], fail: [], ignore: [] },
    unsupported: [],
    file: '/x/s.yaml',
    sha256: 'cd',
    maxSamples: 100,
  };
  return buildReport({
    scenario,
    path: 's.yaml',
    startedAt: new Date(0),
    endedAt: new Date(1500),
    command: ['repro'],
    interrupted: false,
    cells,
    notes,
    phases: [],
    host: {
      repro: '0',
      node: 'v20',
      os: 'Debian',
      kernel: '6',
      cpus: 1,
      memoryMiB: 1,
      emulator: 'QEMU',
      accelerator: 'tcg',
      acceleratorWhy: '-',
    },
  });
}

test('a report is what its schema says', () => {
  const report = reported([built()], []);
  expect(report).toMatchObject({ exitCode: 0, durationMs: 1500, startedAt: '1970-01-01T00:00:00.000Z' });
  expect(reportSchema.safeParse(report).error).toBeUndefined();
});

test('what cells tell of the run stands in its notes once, also when it was gone on with', () => {
  const cell = built();
  const on = (load: number): ReportCell => ({
    ...cell,
    machine: cell.machine && { ...cell.machine, providerWhy: 'the first of qemu, docker' },
    samples: cell.samples.map((one) => ({ ...one, host: { load, clockStepMs: 0 } })),
  });
  const first = reported([on(1)], ['said']);
  expect(first.notes).toHaveLength(3);
  expect(notesToKeep(first)).toEqual(['said']);
  const second = reported([on(1), on(3)], notesToKeep(first));
  expect(second.notes).toHaveLength(3);
  expect(second.notes[0]).toBe('said');
});
