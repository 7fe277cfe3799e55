/** Made-up matrices: what fails where is known, and cells are sampled as a run would. */

import { BEGIN, nextStep, type Question, type Steps } from '../../scripts/isolate/steps.ts';
import type { Isolation } from '../../scripts/isolate/types.ts';
import type { Axes } from '../../scripts/model/axes.ts';
import type { ReportCell } from '../../scripts/model/cell.ts';
import type { Report } from '../../scripts/model/report.ts';
import { DEFAULT_CHECKS } from '../../scripts/scenario/kernel-log.ts';
import { DEFAULTS } from '../../scripts/scenario/plan.ts';
import type { Cell, Scenario } from '../../scripts/scenario/types.ts';
import { judgeCell } from '../../scripts/verdict/judge.ts';
import { type Chance, chanceOf } from './chance.ts';
import { SYMPTOM, sampleOf } from './samples.ts';

/** Which axes (by number) have the failing value -> the rate at which such a cell fails. */
export type World = (changed: (axis: number) => boolean) => number;

export interface Searched {
  readonly isolation: Isolation;
  readonly machines: number;
  readonly samples: number;
}

const SAMPLES = 8;
const MOST_SAMPLES = 32;

/** One run of `repro isolate` between the cell in which everything has the failing value and the one in which nothing has. */
export function isolateOnce(axes: number, world: World, seed: number): Searched {
  const question = questionOf(axes);
  const chance = chanceOf(seed);
  let state: Steps = BEGIN;
  let machines = 0;
  for (;;) {
    const step = nextStep(question, state);
    if ('isolation' in step) {
      const { isolation, report } = step;
      return { isolation, machines, samples: report.cells.reduce((sum, one) => sum + one.samples.length, 0) };
    }
    const before = new Map(state.report?.cells.map((one) => [one.id, one]));
    const cells = step.asked.map((cell) => {
      const known = before.get(cell.id);
      if (known !== undefined && known.samples.length >= cell.samples) return known;
      machines++;
      return sampled(cell, known, world, chance);
    });
    state = { ...step, report: { ...reportOf(question), cells } };
  }
}

function sampled(cell: Cell, known: ReportCell | undefined, world: World, chance: Chance): ReportCell {
  const rate = world((axis) => cell.axes[`axis${axis}`] === 'new');
  const samples = [...(known?.samples ?? [])];
  while (samples.length < cell.samples)
    samples.push(sampleOf(samples.length + 1, { bad: chance.event(rate) }));
  return {
    id: cell.id,
    axes: cell.axes,
    params: {},
    dir: '',
    artifacts: {},
    guest: {},
    machine: undefined,
    expected: undefined,
    samples,
    samplesPlanned: cell.samples,
    oomKills: [],
    kernelEvents: [],
    metrics: {},
    durationMs: 0,
    phases: [],
    consoleTail: [],
    verdict: judgeCell(SYMPTOM, samples, { sampling: cell.sampling }),
  };
}

function questionOf(count: number): Question {
  const names = Array.from({ length: count }, (_, at) => `axis${at}`);
  const sampling = { auto: false, rate: undefined, confidence: DEFAULTS.confidence };
  const settings = {
    samples: SAMPLES,
    sampling,
    timeout: 60,
    params: {},
    machine: { image: 'trixie', cpus: 2, memoryMiB: 1024, diskMiB: 1024, network: false as const },
  };
  const points = names.reduce<Axes[]>(
    (all, name) => all.flatMap((point) => ['old', 'new'].map((value) => ({ ...point, [name]: value }))),
    [{}],
  );
  const cells = points.map(
    (axes): Cell => ({
      id: Object.values(axes).join(),
      scenario: 'made-up',
      axes,
      expect: undefined,
      ...settings,
    }),
  );
  const [pass, fail] = [cells.at(0), cells.at(-1)];
  if (pass === undefined || fail === undefined) throw new Error('no cells');
  const scenario: Scenario = {
    name: 'made-up',
    title: '',
    question: '',
    references: [],
    sources: [],
    build: {},
    expect: [],
    suite: { id: 'script', cases: ['case'] },
    axes: Object.fromEntries(names.map((one) => [one, ['old', 'new']])),
    symptom: SYMPTOM,
    kernelLog: DEFAULT_CHECKS,
    maxSamples: 100,
    cells,
    unsupported: [],
    file: '',
    sha256: '',
    ...settings,
  };
  return {
    scenario,
    ends: { pass, fail, axes: names, tied: [] },
    samples: SAMPLES,
    maxSamples: MOST_SAMPLES,
  };
}

function reportOf({ scenario }: Question): Omit<Report, 'cells'> {
  return {
    schema: 'repro.report/2',
    scenario: scenario.name,
    title: '',
    question: '',
    references: [],
    scenarioFile: { path: '', sha256: '' },
    suite: scenario.suite,
    symptom: scenario.symptom,
    startedAt: '',
    endedAt: '',
    durationMs: 0,
    phases: [],
    interrupted: false,
    exitCode: 0,
    command: [],
    host: {
      repro: '',
      node: '',
      os: '',
      kernel: '',
      cpus: 2,
      memoryMiB: 0,
      emulator: '',
      accelerator: '',
      acceleratorWhy: '',
    },
    unsupported: [],
    notes: [],
  };
}
