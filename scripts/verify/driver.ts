/** Runs both arms side by side, in turns, until the answer is plain or the budget ends. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capabilities, MachineProvider } from '../../vm/machine.ts';
import { findFloors } from '../floor/driver.ts';
import type { SearchOptions } from '../floor/search.ts';
import type { Floor } from '../floor/types.ts';
import { InterruptedError, messageOf } from '../lib/errors.ts';
import { makeFolder } from '../lib/files.ts';
import { seeded } from '../lib/random.ts';
import { buildReport } from '../report/build.ts';
import { writeReport } from '../report/json.ts';
import type { Report, ReportCell, ReportSample } from '../report/model.ts';
import type { Listener } from '../runner/events.ts';
import { hostFacts } from '../runner/host.ts';
import type { ArtifactStore } from '../runner/plan.ts';
import { runSideBySide } from '../runner/side-by-side.ts';
import { Stopwatch } from '../runner/stopwatch.ts';
import { type Turn, Turns } from '../runner/turns.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { type CompareOptions, compare, overall, type Sampled, sampledOf } from './compare.ts';
import { compareFloors, floorArms, floorConfidence } from './floors.ts';
import { isAnswered, looksOf, turnsOf } from './order.ts';
import { buildsOf, hostText, lacking } from './setting.ts';
import type { Arms, Tolerance, Verification } from './types.ts';

export interface VerifyRequest {
  readonly scenario: Scenario;
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
  readonly dir: string;
  readonly session: string;
  readonly command: readonly string[];
  readonly provider: MachineProvider;
  readonly store: ArtifactStore;
  readonly listener: Listener;
}

/** Quantities that a case may have: failures, memory, time. */
const QUANTITIES = 3;
/** Of the run's folder, where the evidence of its floors is. */
const FLOOR_DIR = 'floor';

export const VERIFY_FILE = 'verify.json';

export async function verify(
  request: VerifyRequest,
  signal: AbortSignal,
): Promise<{ readonly verification: Verification; readonly report: Report }> {
  const { scenario, pairs, dir, listener } = request;
  const run = new VerifyRun(request);
  listener({ type: 'run-start', scenario: scenario.name, cells: run.cells, dir });
  run.phase('cells');
  for (const [at, arms] of pairs.entries()) {
    if (signal.aborted) break;
    await run.pair(arms, at, signal);
    await writeReport(dir, run.report(signal.aborted));
  }
  if (!signal.aborted) {
    await run.searchFloors(signal).catch((error) => {
      if (!signal.aborted) throw error;
    });
  }
  const report = run.report(signal.aborted);
  const verification = run.verification();
  await writeReport(dir, report);
  await writeFile(join(dir, VERIFY_FILE), `${JSON.stringify(verification, null, 2)}\n`);
  listener({ type: 'run-end', dir, exitCode: report.exitCode });
  if (signal.aborted) throw new InterruptedError();
  return { verification, report };
}

class VerifyRun {
  readonly cells: readonly Cell[];
  readonly #request: VerifyRequest;
  readonly #results = new Map<string, ReportCell>();
  readonly #order: Turn[] = [];
  /** What has a floor each; empty unless they are asked for. */
  readonly #floorArms: readonly Arms[];
  #floors: readonly Floor[] = [];
  readonly #watch = new Stopwatch();
  readonly #startedAt = new Date();
  readonly #looks: readonly number[];
  readonly #options: CompareOptions;
  #capabilities: Capabilities | undefined;

  constructor(request: VerifyRequest) {
    const { scenario, pairs, budget, tolerance } = request;
    this.#request = request;
    const sampling = { ...scenario.sampling, auto: false };
    this.cells = pairs.flatMap(({ baseline, candidate }) =>
      [baseline, candidate].map((cell) => ({ ...cell, samples: budget, sampling })),
    );
    this.#looks = looksOf(budget);
    this.#floorArms = request.floor ? floorArms(scenario.suite.id, pairs, request.floor.budget) : [];
    const planned = (pairs.length * QUANTITIES + this.#floorArms.length) * scenario.suite.cases.length;
    const { confidence } = scenario.sampling;
    this.#options = { tolerance, confidence, looks: this.#looks.length, planned };
  }

  phase(name: string): void {
    this.#watch.phase(name);
    this.#request.listener({ type: 'phase', name });
  }

  /** Both machines are up at once, and one works at a time. */
  async pair(arms: Arms, at: number, signal: AbortSignal): Promise<void> {
    const { scenario, budget, seed, provider, session, dir, listener, store } = this.#request;
    const own = [arms.baseline.id, arms.candidate.id];
    const cells = this.cells.filter(({ id }) => own.includes(id));
    const { cases } = scenario.suite;
    const samples = new Map<string, ReportSample[]>(own.map((id) => [id, []]));
    const turns = new Turns(turnsOf(arms, cases, budget, seeded(seed + at)), (cell, sample) => {
      samples.get(cell)?.push(sample);
      const [baseline = [], candidate = []] = own.map((id) => samples.get(id));
      return !isAnswered({ arms: arms.name, baseline, candidate }, cases.length, this.#looks, this.#options);
    });
    const { results, capabilities } = await runSideBySide(
      { scenario, cells, turns, machines: `m${at + 1}`, dir, session, provider, store, listener },
      signal,
    );
    this.#capabilities ??= capabilities;
    for (const result of results) this.#results.set(result.id, result);
    this.#order.push(...turns.taken);
  }

  /** Floors are searched in a run of their own below this one's folder: what it has found is kept, whatever comes. */
  async searchFloors(signal: AbortSignal): Promise<void> {
    const { floor, dir, listener } = this.#request;
    if (floor === undefined) return;
    this.phase('floor');
    const { confidence, planned } = this.#options;
    const own = join(dir, FLOOR_DIR);
    await makeFolder(own);
    const cells = this.#floorArms.flatMap(({ baseline, candidate }) => [baseline, candidate]);
    const options = { ...floor, confidence: floorConfidence(confidence, planned) };
    const request = { ...this.#request, cells, options, dir: own, listener: withoutRuns(listener) };
    this.#floors = (await findFloors(request, signal)).floors.floors;
  }

  verification(): Verification {
    const { scenario, pairs, unpaired, baseline, candidate, tolerance, budget, seed } = this.#request;
    const sampled: Sampled[] = [];
    const notes: string[] = [];
    const gaps = unpaired.map((id) => `${id}: the other arm can't be run there`);
    for (const arms of pairs) {
      const [ours, theirs] = [this.#results.get(arms.baseline.id), this.#results.get(arms.candidate.id)];
      if (ours !== undefined && theirs !== undefined) {
        const both = sampledOf(arms.name, ours, theirs);
        sampled.push(both);
        notes.push(...lacking(both).notes);
        gaps.push(...lacking(both).gaps);
      }
      for (const cell of [ours, theirs]) {
        if (cell?.verdict.reason !== undefined) gaps.push(`${cell.id}: ${messageOf(cell.verdict.reason)}`);
      }
    }
    const comparisons = [...compare(sampled, this.#options)];
    const { confidence } = this.#options;
    const floors = compareFloors(this.#floorArms, this.#floors, scenario.suite.cases, {
      ...{ tolerated: tolerance.memory, confidence },
    });
    comparisons.push(...floors.comparisons);
    gaps.push(...floors.gaps);
    const resultsOf = (arm: 'baseline' | 'candidate') =>
      pairs.flatMap((arms) => this.#results.get(arms[arm].id) ?? []);
    const builds = buildsOf(resultsOf('baseline'), resultsOf('candidate'));
    const found = overall(comparisons.map(({ answer }) => answer));
    return {
      ...{ schema: 'repro.verify/1', scenario: scenario.name, title: scenario.title, baseline, candidate },
      ...{ confidence, tolerance, budget, seed, order: this.#order },
      answer: found === 'safe' && gaps.length > 0 ? 'inconclusive' : found,
      ...{ comparisons, gaps, notes, builds: { baseline: builds.baseline, candidate: builds.candidate } },
      common: [...builds.common, hostText(hostFacts(this.#capabilities))],
    };
  }

  report(interrupted: boolean): Report {
    const { scenario, command } = this.#request;
    return buildReport({
      ...{
        scenario,
        path: scenario.file,
        startedAt: this.#startedAt,
        endedAt: new Date(),
        command,
        interrupted,
      },
      ...{ host: hostFacts(this.#capabilities), phases: this.#watch.phases, notes: [] },
      cells: this.cells.flatMap(({ id }) => this.#results.get(id) ?? []),
    });
  }
}

/** The floors' own run is part of this one: it doesn't begin or end for those who watch. */
function withoutRuns(listener: Listener): Listener {
  return (event) => {
    if (event.type !== 'run-start' && event.type !== 'run-end') listener(event);
  };
}
