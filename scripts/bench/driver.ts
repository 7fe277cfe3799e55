/** Times two builds on three machines in turns: the baseline's two, and the candidate's. */
import type { Capabilities } from '../../vm/machine.ts';
import { messageOf } from '../lib/errors.ts';
import { seeded } from '../lib/random.ts';
import type { ReportCell } from '../model/cell.ts';
import type { Report } from '../model/report.ts';
import { conduct, type ExperimentRequest } from '../runner/experiment.ts';
import { hostFacts } from '../runner/host.ts';
import { runSideBySide } from '../runner/side-by-side.ts';
import { drawTurns, type Turn } from '../runner/turns.ts';
import { namedArm } from '../verify/same-build.ts';
import { settingOf } from '../verify/setting.ts';
import type { Arms } from '../verify/types.ts';
import { type Measured, overallOutcome, timingsOf } from './compare.ts';
import type { Benchmark, Trio } from './types.ts';

export interface BenchRequest extends ExperimentRequest {
  readonly trios: readonly Trio[];
  readonly unpaired: readonly string[];
  /** As the user named them. */
  readonly baseline: string;
  readonly candidate: string;
  /** A share. */
  readonly tolerate: number;
  /** That count; one more is run before them. */
  readonly rounds: number;
  readonly seed: number;
}

type TakenTurn = Pick<Turn, 'cell' | 'sample'>;

/** Rounds that only warm up: page caches, and what a runtime makes once. */
const WARM_UP = 1;

/** The three cells of a pair: told apart by an axis of their own, `arm`. */
export function trioOf({ name, baseline, candidate }: Arms): Trio {
  return {
    name,
    baseline: namedArm(baseline, 'baseline'),
    control: namedArm(baseline, 'again'),
    candidate: namedArm(candidate, 'candidate'),
  };
}

export async function bench(
  request: BenchRequest,
  signal: AbortSignal,
): Promise<{ readonly benchmark: Benchmark; readonly report: Report }> {
  const { scenario, trios, rounds, seed } = request;
  const sampling = { ...scenario.sampling, auto: false, rate: undefined };
  const cellsOf = ({ baseline, control, candidate }: Trio) =>
    [baseline, control, candidate].map((cell) => ({ ...cell, samples: rounds + WARM_UP, sampling }));
  const order: TakenTurn[] = [];
  const { answer, report } = await conduct<Benchmark>(
    request,
    {
      kind: 'bench',
      cells: trios.flatMap(cellsOf),
      notes: [],
      async *steps(experiment) {
        for (const [at, trio] of trios.entries()) {
          const cells = cellsOf(trio);
          const ids = cells.map(({ id }) => id);
          const ran = await runSideBySide(
            {
              ...request,
              cells,
              turns: drawTurns(ids, scenario.suite.cases, rounds + WARM_UP, seeded(seed + at)),
              enough: () => false,
              machines: `m${at + 1}`,
            },
            signal,
          );
          order.push(...ran.taken.map(({ cell, sample }) => ({ cell, sample })));
          experiment.keep(ran.results, ran.capabilities);
          yield;
        }
      },
      conclude: ({ results, capabilities }) => conclude(request, results, order, capabilities),
    },
    signal,
  );
  return { benchmark: answer, report };
}

function conclude(
  request: BenchRequest,
  results: ReadonlyMap<string, ReportCell>,
  order: readonly TakenTurn[],
  capabilities: readonly Capabilities[],
): Benchmark {
  const { scenario, trios, unpaired, baseline, candidate, tolerate, rounds, seed } = request;
  const gaps = unpaired.map((id) => `${id}: the other build can't be run there`);
  const counted = (cell: ReportCell) => cell.samples.filter(({ index }) => index > WARM_UP);
  const measured: Measured[] = [];
  for (const { name, ...cells } of trios) {
    const [ours, control, theirs] = [cells.baseline, cells.control, cells.candidate].map(({ id }) =>
      results.get(id),
    );
    for (const cell of [ours, control, theirs]) {
      if (cell?.verdict.reason !== undefined) gaps.push(`${cell.id}: ${messageOf(cell.verdict.reason)}`);
      for (const { id, outcome, errors } of cell?.samples ?? []) {
        if (outcome !== 'passed') gaps.push(`${cell?.id} ${id}: ${errors[0] ?? outcome}`);
      }
    }
    if (ours === undefined || control === undefined || theirs === undefined) continue;
    measured.push({
      at: name,
      baseline: counted(ours),
      control: counted(control),
      candidate: counted(theirs),
    });
  }
  const { confidence } = scenario.sampling;
  const planned = trios.length * scenario.suite.cases.length;
  const timings = timingsOf(measured, { confidence, tolerate, planned });
  const deciding = timings.flatMap(({ outcome }) => outcome ?? []);
  const outcome = overallOutcome(deciding);
  return {
    schema: 'repro.bench/2',
    scenario: scenario.name,
    title: scenario.title,
    baseline,
    candidate,
    confidence,
    tolerate,
    seed,
    rounds,
    order,
    timings,
    gaps,
    outcome:
      outcome !== 'slower' && (gaps.length > 0 || deciding.length < planned) ? 'inconclusive' : outcome,
    ...settingOf(trios, results, hostFacts(capabilities)),
  };
}
