/** Reports of any size. FIXTURES, NOT RESULTS: no machine measured what they say. */
import type { ReportCell, ReportSample } from '../../scripts/model/cell.ts';
import { REPORT_SCHEMA, type Report } from '../../scripts/model/report.ts';
import type { Scalar } from '../../scripts/model/scalar.ts';
import type { Symptom } from '../../scripts/model/symptom.ts';
import { exitCodeOf, metricsOf } from '../../scripts/report/build.ts';

const SYMPTOM: Symptom = { oomKill: {} };
const CASES = ['start', 'exec'];
const SHA = '0123456789abcdef'.repeat(4);
const AXES = ['runc', 'containerd', 'kernel', 'memoryLimit', 'n'];
const ARTIFACT = { version: '1.1.15', packageVersion: '1.1.15+ds1', source: 'deb:trixie', sha256: SHA };

export interface Size {
  readonly cells: number;
  /** Of each cell. */
  readonly samples: number;
}

/** Each third cell is bad; no two cells are the same point, and each differs from some in one axis alone. */
export function largeReport({ cells: count, samples }: Size): Report {
  const cells = Array.from({ length: count }, (_, at) => cellAt(at, samples));
  return {
    schema: REPORT_SCHEMA,
    scenario: 'large',
    title: 'A report of many cells (fixture)',
    question: '',
    references: [],
    scenarioFile: { path: 'large.yaml', sha256: SHA },
    suite: { id: 'script', cases: CASES },
    symptom: SYMPTOM,
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: '2026-01-02T04:04:05.000Z',
    durationMs: 3_600_000,
    phases: [{ name: 'cells', ms: 3_600_000 }],
    interrupted: false,
    exitCode: exitCodeOf(cells, false),
    command: ['repro', 'run', 'large'],
    host: {
      repro: '0.1.0',
      node: '20',
      os: 'Debian 12',
      kernel: '6.1',
      cpus: 2,
      memoryMiB: 4096,
      emulator: 'QEMU 7.2',
      accelerator: 'tcg',
      acceleratorWhy: 'no KVM',
    },
    cells,
    unsupported: Array.from({ length: count }, (_, at) => ({
      axes: axesOf(count + at),
      reason: `no such build ${at % 7}`,
    })),
    notes: [],
  };
}

/** Digits of `at`, most axes with ten values and the last with what is left. */
function axesOf(at: number): Record<string, Scalar> {
  const values = AXES.map((axis, place) => {
    const rest = Math.floor(at / 10 ** place);
    return [axis, `1.${place === AXES.length - 1 ? rest : rest % 10}`] as const;
  });
  return Object.fromEntries(values);
}

function cellAt(at: number, count: number): ReportCell {
  const axes = axesOf(at);
  const samples = Array.from({ length: count }, (_, index) => sampleAt(at, index));
  const id = `large/${Object.entries(axes)
    .map(([axis, value]) => `${axis}=${value}`)
    .join(',')}`;
  const bad = samples.filter(({ judged }) => judged === 'bad').length;
  return {
    id,
    axes,
    params: {},
    dir: `cells/${at}`,
    artifacts: { runc: ARTIFACT },
    guest: {},
    machine: undefined,
    verdict: {
      kind: bad > 0 ? 'bad' : 'good',
      bad,
      total: count,
      interval: { low: 0, high: 1, confidence: 0.95 },
    },
    expected: at % 5 === 0 ? { verdict: 'good', met: bad === 0 } : undefined,
    samples,
    samplesPlanned: count,
    oomKills: [],
    kernelEvents:
      at % 2 === 0 ? [{ kind: 'warning', at: 1, line: `WARNING: CPU: 0 PID: ${at} at mm/x.c:1` }] : [],
    metrics: metricsOf(samples),
    durationMs: 1000 + at,
    phases: [{ name: 'boot', ms: 1000 }],
    consoleTail: [],
  };
}

function sampleAt(cell: number, index: number): ReportSample {
  const name = CASES[index % CASES.length] ?? '';
  const bad = cell % 3 === 0 && index % 2 === 0;
  return {
    id: `${name}#${index + 1}`,
    case: name,
    index: index + 1,
    outcome: bad ? 'failed' : 'passed',
    errors: bad ? ['runc run failed: container init was OOM-killed (memory limit too low?)'] : [],
    metrics: { 'memory.peak': { value: 4_000_000 + ((cell * 31 + index * 7) % 1000) * 1000, unit: 'bytes' } },
    oomKills: [],
    kernelEvents: [],
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 500 + index,
    files: [],
    judged: bad ? 'bad' : 'good',
    because: bad ? 'the case failed' : undefined,
  };
}
