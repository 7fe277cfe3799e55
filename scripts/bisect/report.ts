/** What a bisection found, for programs (`bisect.json`) and for `render.ts`. */
import type { Interval } from '../model/verdict.ts';
import { clopperPearson } from '../verdict/statistics.ts';
import { type Belief, believe } from './belief.ts';
import { hasBit } from './bits.ts';
import type { Check } from './check.ts';
import { type CommitRow, commitsOf } from './commits.ts';
import type { Conclusion } from './driver.ts';
import type { Finding } from './events.ts';
import type { CommitInfo, History } from './history.ts';
import { broughtBy, pullRequestOf } from './merge.ts';
import type { Cut } from './metric.ts';
import type { ListedCommit, Range } from './range.ts';
import type { State } from './state.ts';

export const BISECT_SCHEMA = 'repro.bisect/2';

export interface BisectReport {
  readonly schema: typeof BISECT_SCHEMA;
  readonly scenario: string;
  /** Digest of the scenario's file: the test was the same for every commit. */
  readonly scenarioSha256: string;
  readonly component: string;
  /** `fix`: the first good commit. */
  readonly lookedFor: 'first-bad' | 'fix';
  /** The endpoints as the user named them, and what that was. */
  readonly old: Endpoint;
  readonly new: Endpoint;
  /** Candidates in the range. */
  readonly candidates: number;
  readonly outcome: 'found' | 'interrupted' | StuckReason;
  /** The revision that a `stuck` outcome is about. */
  readonly about: string | undefined;
  /** Asked for; and reached by the suspects together. */
  readonly confidence: { readonly asked: number; readonly reached: number };
  /** The culprit; or, where commits could not be tested, all that it could be. Empty when there is no answer. */
  readonly suspects: readonly Suspect[];
  /** Were the first suspect the culprit: what was seen before it and from it on. */
  readonly sides: { readonly before: Side; readonly after: Side } | undefined;
  /** Every candidate, newest first, then what was tested outside of the range. */
  readonly commits: readonly CommitRow[];
  readonly metric: { readonly name: string; readonly cut: Cut | undefined } | undefined;
  readonly steps: number;
  readonly builds: number;
  readonly samples: number;
  /** Wall time of all sessions. */
  readonly seconds: number;
  /** Files of the project's own tests that changed in the range. They were not used. */
  readonly changedTests: readonly string[];
  readonly checks: readonly Check[];
}

export type StuckReason = Extract<Conclusion, { kind: 'stuck' }>['why']['reason'];

export interface Endpoint {
  readonly revision: string;
  readonly id: string;
}

export interface Suspect extends CommitInfo {
  readonly probability: number;
  /** `#4392`, when the message of the commit, or of the merge that brought it, says so. */
  readonly pullRequest: string | undefined;
  readonly mergedBy: string | undefined;
}

export interface Side {
  readonly bad: number;
  readonly total: number;
  readonly interval: Interval;
  /** What showed the symptom in one of the bad ones. */
  readonly example: string | undefined;
}

export interface ReportInput
  extends Pick<
    BisectReport,
    'scenario' | 'scenarioSha256' | 'component' | 'lookedFor' | 'old' | 'new' | 'checks' | 'seconds'
  > {
  readonly metric: string | undefined;
  readonly confidence: number;
  readonly range: Range;
  readonly listing: readonly ListedCommit[];
  readonly state: State;
  readonly findings: readonly Finding[];
  /** None yet when the bisection was interrupted. */
  readonly conclusion: Conclusion | undefined;
  readonly history: History;
  readonly subjects: ReadonlyMap<string, string>;
}

export async function makeReport(input: ReportInput): Promise<BisectReport> {
  const { range, state, findings, conclusion, history } = input;
  const belief = believe(range, state.observations);
  const found = conclusion?.kind === 'found' ? conclusion : undefined;
  const why = conclusion?.kind === 'stuck' ? conclusion.why : undefined;
  const suspects = await Promise.all((found?.candidates ?? []).map((id) => suspectOf(id, input, belief)));
  const sampled = findings.filter((one) => one.type === 'samples');
  const { scenario, scenarioSha256, component, lookedFor, checks, metric } = input;
  return {
    schema: BISECT_SCHEMA,
    scenario,
    scenarioSha256,
    component,
    lookedFor,
    old: input.old,
    new: input.new,
    checks,
    candidates: range.candidates.length,
    outcome: found === undefined ? (why?.reason ?? 'interrupted') : 'found',
    about: why !== undefined && 'revision' in why ? why.revision : undefined,
    confidence: { asked: input.confidence, reached: found?.confidence ?? 0 },
    suspects,
    sides: sidesOf(range, state, found?.candidates[0]),
    commits: commitsOf(range, state, belief, input.subjects),
    metric: metric === undefined ? undefined : { name: metric, cut: state.cut },
    steps: sampled.length,
    builds: new Set(findings.flatMap((one) => (one.type === 'built' ? one.revision : []))).size,
    samples: sampled.reduce((sum, one) => sum + one.outcomes.length, 0),
    seconds: Math.round(input.seconds),
    changedTests: (await history.changedFiles(input.old.id, input.new.id)).filter(isTest),
  };
}

async function suspectOf(
  id: string,
  { range, listing, history }: ReportInput,
  belief: Belief,
): Promise<Suspect> {
  const commit = await history.describe(id);
  const mergedBy = broughtBy(range, listing, id);
  const merge = mergedBy === undefined ? undefined : await history.describe(mergedBy);
  const pullRequest = pullRequestOf(merge?.message ?? '') ?? pullRequestOf(commit.message);
  return { ...commit, probability: belief.posterior[range.indexOf(id) ?? -1] ?? 0, pullRequest, mergedBy };
}

function sidesOf(range: Range, { outcomes }: State, culprit: string | undefined): BisectReport['sides'] {
  const index = culprit === undefined ? undefined : range.indexOf(culprit);
  if (index === undefined) return undefined;
  const side = (after: boolean): Side => {
    const all = [...outcomes]
      .filter(([id]) => hasBit(range.reach(id), index) === after)
      .flatMap(([, list]) => list);
    const bad = all.filter(({ judged }) => judged === 'bad').length;
    const example = all.find(({ because }) => because !== undefined)?.because;
    const total = bad + all.filter(({ judged }) => judged === 'good').length;
    return { bad, total, interval: clopperPearson(bad, total), example };
  };
  return { before: side(false), after: side(true) };
}

/** A file by which a project tests itself, by the usual names. */
function isTest(file: string): boolean {
  return /(^|\/)(tests?|testdata|e2e|integration)\/|_test\.\w+$|\.bats$/.test(file);
}
