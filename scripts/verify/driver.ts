/** Runs both arms side by side, in turns, until the answer is plain or the budget ends. */
import { join } from 'node:path';
import { findFloors } from '../floor/driver.ts';
import type { SearchOptions } from '../floor/search.ts';
import type { Floor } from '../floor/types.ts';
import { messageOf } from '../lib/errors.ts';
import { makeFolder } from '../lib/files.ts';
import { seeded } from '../lib/random.ts';
import type { Report } from '../model/report.ts';
import type { Begun } from '../runner/begun.ts';
import type { Listener } from '../runner/events.ts';
import { conduct, type Experiment, type ExperimentRequest } from '../runner/experiment.ts';
import { hostFacts } from '../runner/host.ts';
import { runSideBySide } from '../runner/side-by-side.ts';
import type { Turn } from '../runner/turns.ts';
import type { Cell } from '../scenario/types.ts';
import { type CompareOptions, compare, overall, type Sampled, sampledOf } from './compare.ts';
import { compareFloors, floorArms, floorConfidence } from './floors.ts';
import { isAnswered, looksOf, turnsOf } from './order.ts';
import { lacking, settingOf } from './setting.ts';
import type { Arms, Tolerance, Verification } from './types.ts';

export interface VerifyRequest extends ExperimentRequest {
  readonly pairs: readonly Arms[];
  /** Cells of which only one arm can be run. */
  readonly unpaired: readonly string[];
  /** As the user named them. */
  readonly baseline: string;
  readonly candidate: string;
  readonly tolerance: Tolerance;
  /** Pairs of samples that each case may take. */
  readonly budget: number;
  readonly seed: number;
  /** How to search the memory floor of both arms; undefined: not at all. Its confidence is the run's to say. */
  readonly floor?: SearchOptions | undefined;
  /** What an interrupted search of the floors left. */
  readonly floorBegun?: Begun | undefined;
}

/** Quantities that a case may have: failures, memory, time. */
const QUANTITIES = 3;
/** Of the run's folder, where the evidence of its floors is. */
export const FLOOR_DIR = 'floor';

export async function verify(
  request: VerifyRequest,
  signal: AbortSignal,
): Promise<{ readonly verification: Verification; readonly report: Report }> {
  const plan = planOf(request);
  const order: TakenTurn[] = [];
  let floors: readonly Floor[] = [];
  const { answer, report } = await conduct<Verification>(
    request,
    {
      kind: 'verify',
      cells: plan.cells,
      notes: [],
      async *steps(experiment) {
        for (const at of request.pairs.keys()) {
          const { results, taken, capabilities } = await runPair(request, plan, at, signal);
          order.push(...taken.map(({ cell, sample }) => ({ cell, sample })));
          experiment.keep(results, capabilities);
          yield;
        }
        if (request.floor === undefined) return;
        experiment.phase('floor');
        floors = await searchFloors(request, plan, request.floor, signal);
      },
      conclude: (experiment) => conclude(request, plan, experiment, { order, floors }),
    },
    signal,
  );
  return { verification: answer, report };
}

type TakenTurn = Pick<Turn, 'cell' | 'sample'>;

interface Plan {
  readonly cells: readonly Cell[];
  readonly looks: readonly number[];
  /** What has a floor each; empty unless they are asked for. */
  readonly floorArms: readonly Arms[];
  readonly options: CompareOptions;
}

function planOf({ scenario, pairs, budget, tolerance, floor }: VerifyRequest): Plan {
  const sampling = { ...scenario.sampling, auto: false };
  const cells = pairs.flatMap(({ baseline, candidate }) =>
    [baseline, candidate].map((cell) => ({ ...cell, samples: budget, sampling })),
  );
  const looks = looksOf(budget);
  const arms = floor ? floorArms(scenario.suite.id, pairs, floor.budget) : [];
  const planned = (pairs.length * QUANTITIES + arms.length) * scenario.suite.cases.length;
  const { confidence } = scenario.sampling;
  return { cells, looks, floorArms: arms, options: { tolerance, confidence, looks: looks.length, planned } };
}

/** Both machines are up at once, and one works at a time. */
function runPair(request: VerifyRequest, { cells, looks, options }: Plan, at: number, signal: AbortSignal) {
  const { scenario, pairs, budget, seed } = request;
  const arms = pairs[at];
  if (arms === undefined) throw new Error(`no pair ${at}`);
  const { cases } = scenario.suite;
  const own = [arms.baseline.id, arms.candidate.id];
  return runSideBySide(
    {
      ...request,
      cells: own.flatMap((id) => cells.find((cell) => cell.id === id) ?? []),
      turns: turnsOf(arms, cases, budget, seeded(seed + at)),
      enough: ([baseline = [], candidate = []]) =>
        isAnswered({ arms: arms.name, baseline, candidate }, cases.length, looks, options),
      machines: `m${at + 1}`,
    },
    signal,
  );
}

/** Floors are searched in a run of their own below this one's folder: what it has found is kept, whatever comes. */
async function searchFloors(
  request: VerifyRequest,
  plan: Plan,
  floor: SearchOptions,
  signal: AbortSignal,
): Promise<readonly Floor[]> {
  const { dir, listener, floorBegun } = request;
  const { confidence, planned } = plan.options;
  const own = join(dir, FLOOR_DIR);
  await makeFolder(own);
  const { floors } = await findFloors(
    {
      ...request,
      cells: plan.floorArms.flatMap(({ baseline, candidate }) => [baseline, candidate]),
      options: { ...floor, confidence: floorConfidence(confidence, planned) },
      dir: own,
      listener: withoutRuns(listener),
      begun: floorBegun,
    },
    signal,
  );
  return floors.floors;
}

function conclude(
  request: VerifyRequest,
  plan: Plan,
  { results, capabilities }: Experiment,
  { order, floors: found }: { readonly order: readonly TakenTurn[]; readonly floors: readonly Floor[] },
): Verification {
  const { scenario, pairs, unpaired, baseline, candidate, tolerance, budget, seed } = request;
  const sampled: Sampled[] = [];
  const notes: string[] = [];
  const gaps = unpaired.map((id) => `${id}: the other arm can't be run there`);
  for (const arms of pairs) {
    const [ours, theirs] = [results.get(arms.baseline.id), results.get(arms.candidate.id)];
    if (ours !== undefined && theirs !== undefined) {
      const both = sampledOf(arms.name, ours, theirs);
      sampled.push(both);
      const lacks = lacking(both);
      notes.push(...lacks.notes);
      gaps.push(...lacks.gaps);
    }
    for (const cell of [ours, theirs]) {
      if (cell?.verdict.reason !== undefined) gaps.push(`${cell.id}: ${messageOf(cell.verdict.reason)}`);
    }
  }
  const comparisons = [...compare(sampled, plan.options)];
  const { confidence } = plan.options;
  const floors = compareFloors(plan.floorArms, found, scenario.suite.cases, {
    tolerated: tolerance.memory,
    confidence,
  });
  comparisons.push(...floors.comparisons);
  gaps.push(...floors.gaps);
  const whole = overall(comparisons.map(({ answer }) => answer));
  return {
    schema: 'repro.verify/1',
    scenario: scenario.name,
    title: scenario.title,
    baseline,
    candidate,
    confidence,
    tolerance,
    budget,
    seed,
    order,
    answer: whole === 'safe' && gaps.length > 0 ? 'inconclusive' : whole,
    comparisons,
    gaps,
    notes,
    ...settingOf(pairs, results, hostFacts(capabilities)),
  };
}

/** The floors' own run is part of this one: it doesn't begin or end for those who watch. */
function withoutRuns(listener: Listener): Listener {
  return (event) => {
    if (event.type !== 'run-start' && event.type !== 'run-end') listener(event);
  };
}
