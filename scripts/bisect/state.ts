/** From findings to what is known. Pure: the same findings give the same state, in one sitting or in several. */
import type { Observation } from './belief.ts';
import type { Known } from './decide.ts';
import type { Finding } from './events.ts';
import { CUT_SAMPLES, type Cut, findCut } from './metric.ts';
import { type Rule, type SampleOutcome, tally } from './outcome.ts';
import type { Costs } from './step.ts';

export interface Search {
  readonly newest: string;
  readonly oldest: string;
  readonly findFix: boolean;
  /** Whether samples are judged by a metric as well. */
  readonly byMetric: boolean;
  /** Whether the machine of the last samples is up still. */
  readonly keepsMachine: boolean;
  /** Revisions that were said to be untestable beforehand. */
  readonly skipped: readonly string[];
}

export interface State extends Known {
  readonly outcomes: ReadonlyMap<string, readonly SampleOutcome[]>;
  /** Why each revision can't be tested. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly digests: ReadonlyMap<string, string>;
  readonly cut: Cut | undefined;
  /** The endpoint of which samples are wanting to choose the cut, and how many. */
  readonly uncut: { readonly revision: string; readonly samples: number } | undefined;
}

/** Failures of a machine after which a revision isn't tried again. */
const TRIES = 2;
/** Samples after which a revision of which two thirds can't be judged is one that can't be tested. */
const UNJUDGED = 6;

export function stateOf(search: Search, findings: readonly Finding[]): State {
  const outcomes = new Map<string, SampleOutcome[]>();
  const digests = new Map<string, string>();
  const reasons = new Map(search.skipped.map((id) => [id, 'said to be untestable']));
  const failures = new Map<string, number>();
  let warm: string | undefined;
  for (const finding of findings) {
    const { revision } = finding;
    if (finding.type === 'built') digests.set(revision, finding.digest);
    if (finding.type === 'skip') {
      const failed = (failures.get(revision) ?? 0) + 1;
      failures.set(revision, failed);
      if (!finding.transient || failed >= TRIES) reasons.set(revision, finding.reason);
      warm = undefined;
    }
    if (finding.type === 'samples') {
      outcomes.set(revision, [...(outcomes.get(revision) ?? []), ...finding.outcomes]);
      warm = search.keepsMachine ? revision : undefined;
    }
  }
  for (const [revision, all] of outcomes) {
    const unjudged = all.filter(({ judged }) => judged === 'unjudged').length;
    if (all.length < UNJUDGED || unjudged <= (all.length * 2) / 3) continue;
    reasons.set(revision, `${unjudged} of ${all.length} samples could not be judged`);
  }

  const cutting = chooseCut(search, outcomes);
  const rule: Rule = { findFix: search.findFix, cut: cutting.cut };
  const endpoints = [search.newest, search.oldest];
  const observations: Observation[] = [...new Set([...outcomes.keys(), ...digests.keys()])].map(
    (revision) => {
      const all = outcomes.get(revision) ?? [];
      // What chose the cut is no evidence for it.
      const counted =
        cutting.cut !== undefined && endpoints.includes(revision) ? all.slice(CUT_SAMPLES) : all;
      return { revision, tally: tally(counted, rule), digest: digests.get(revision) };
    },
  );
  return {
    observations,
    outcomes,
    reasons,
    digests,
    warm,
    ...cutting,
    built: new Set(digests.keys()),
    skipped: new Set(reasons.keys()),
    twins: twinsIn(observations),
  };
}

/** Seconds as they were so far, or else as expected. A build that took less than one was there already. */
export function costsOf(findings: readonly Finding[], expected: Costs): Costs {
  const mean = (values: readonly number[], otherwise: number) =>
    values.length === 0 ? otherwise : values.reduce((sum, value) => sum + value, 0) / values.length;
  const builds = findings.flatMap((one) => (one.type === 'built' && one.seconds >= 1 ? one.seconds : []));
  const sessions = findings.flatMap((one) => (one.type === 'samples' && one.outcomes.length > 0 ? one : []));
  return {
    build: mean(builds, expected.build),
    start: mean(
      sessions.map(({ startSeconds }) => startSeconds).filter((one) => one >= 1),
      expected.start,
    ),
    sample: mean(
      sessions.map(({ seconds, startSeconds, outcomes }) => (seconds - startSeconds) / outcomes.length),
      expected.sample,
    ),
  };
}

/** The first samples of both endpoints choose where to cut. */
function chooseCut(
  { newest, oldest, byMetric }: Search,
  outcomes: ReadonlyMap<string, readonly SampleOutcome[]>,
): Pick<State, 'cut' | 'uncut'> {
  if (!byMetric) return { cut: undefined, uncut: undefined };
  const of = (revision: string) => (outcomes.get(revision) ?? []).slice(0, CUT_SAMPLES);
  for (const revision of [newest, oldest]) {
    const samples = CUT_SAMPLES - of(revision).length;
    if (samples > 0) return { cut: undefined, uncut: { revision, samples } };
  }
  const values = (revision: string) => of(revision).flatMap(({ value }) => value ?? []);
  return { cut: findCut(values(oldest), values(newest)), uncut: undefined };
}

/** Revisions whose binary is that of one seen before. */
function twinsIn(observations: readonly Observation[]): Set<string> {
  const first = new Map<string, string>();
  const twins = new Set<string>();
  for (const { revision, digest } of observations) {
    if (digest === undefined) continue;
    if (first.has(digest)) twins.add(revision);
    else first.set(digest, revision);
  }
  return twins;
}
