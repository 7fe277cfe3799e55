/** Words that the terminal, the page and the log of a bisection share. Pure. */
import { formatMs } from '../lib/units.ts';
import { oneLine } from '../report/text.ts';
import type { Check } from './check.ts';
import type { CommitRow } from './commits.ts';
import type { BisectReport, StuckReason } from './report.ts';

/** As git abbreviates; anything else stays as it is. */
export function short(id: string): string {
  return /^[0-9a-f]{40}/.test(id) ? id.slice(0, 9) : id;
}

/** Never 100% for what isn't certain. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value > 99 && value < 100) return `${Math.floor(value * 10) / 10}%`;
  return value > 0 && value < 0.5 ? '<1%' : `${Math.round(value)}%`;
}

export const duration = (seconds: number): string => formatMs(seconds * 1000);

/** What is known of a commit: `bad 3/8, 1 not judged`, `skip: x.go:1: …`, `same binary as 0123abcde`; or nothing. */
export function countsOf({ bad, good, unjudged, skipped, sameAs }: CommitRow): string {
  const open = unjudged === 0 ? '' : `${unjudged} not judged`;
  if (skipped !== undefined) return `skip: ${firstLine(skipped)}`;
  if (sameAs !== undefined) return `same binary as ${short(sameAs)}`;
  return [bad + good === 0 ? '' : `bad ${bad}/${bad + good}`, open].filter((part) => part !== '').join(', ');
}

/** Of the compiler's lines, the first that says what is wrong. */
function firstLine(reason: string): string {
  const lines = reason.split('\n').map(oneLine);
  const line = lines.find((one) => /error|undefined|fatal|\.\w+:\d+/i.test(one)) ?? lines[0] ?? '';
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}

export function headline({
  outcome,
  about,
  lookedFor,
  confidence,
  suspects,
  old,
  new: recent,
}: BisectReport): string {
  const what = lookedFor === 'fix' ? 'first good commit' : 'first bad commit';
  if (outcome === 'found') {
    const sure = `${percent(confidence.reached)} sure`;
    const [suspect] = suspects;
    if (suspects.length === 1) return `${what}: ${short(suspect?.id ?? '')} (${sure})`;
    return `the ${what} is one of ${suspects.length}, for tests can't tell them apart (${sure})`;
  }
  if (outcome === 'interrupted') return 'interrupted: no answer yet';
  return `no answer: ${explain(outcome, { about: short(about ?? ''), old: old.revision, recent: recent.revision })}`;
}

/** Why there is no answer, and what to do about it. */
export function explain(
  reason: StuckReason,
  { about, old, recent }: { readonly about: string; readonly old: string; readonly recent: string },
): string {
  const texts: Readonly<Record<StuckReason, string>> = {
    empty: `there is no commit between ${old} and ${recent}`,
    'endpoints-alike': `${old} and ${recent} can't be told apart: neither fails more often than the other. Make the failure plainer (a lower limit, more load), or name other endpoints`,
    reversed: `${old} shows what is expected of ${recent} only: the endpoints are the wrong way round. Exchange them or, to find the commit that fixed it, add --find-fix (or leave it out where it was given)`,
    'out-of-samples': 'the limit of samples is reached; --max-samples allows more',
    indistinct: 'nothing that can be tested tells the rest apart',
    'same-binary': `${old} and ${recent} are built to the same binary: nothing in between can matter`,
    contradiction: 'the same binary is on both sides: the behaviour changed more than once in this range',
    'endpoint-skipped': `${about} can't be tested, and it is an end of the range`,
    'merge-base-new': `the merge base ${about} behaves as ${recent} does: it is ${old}'s branch that changed. Look there, from ${about} to ${old}`,
    'merge-base-unclear': `the samples don't tell whether the merge base ${about} behaves as ${old} or as ${recent} does`,
    'no-metric': `no sample of ${about} has the metric`,
  };
  return texts[reason];
}

export function checkWords(check: Check, { lookedFor }: Pick<BisectReport, 'lookedFor'>): string {
  const { revision, expected, came, outcomes, reason } = check;
  const name = (side: 'old' | 'new') => ((side === 'new') === (lookedFor === 'first-bad') ? 'bad' : 'good');
  const bad = outcomes.filter(({ judged }) => judged === 'bad').length;
  const what = revision.replaceAll(/[0-9a-f]{40}/g, short);
  if (came === 'skip') return `${what} could not be tested: ${firstLine(reason ?? '')}`;
  if (came === 'unclear') return `${what}: not clear after ${outcomes.length} samples`;
  const mark = came === expected ? 'as a culprit makes it' : `but a culprit would make it ${name(expected)}`;
  return `${what} is ${name(came)} (bad ${bad}/${outcomes.length}), ${mark}`;
}

/** That the test was the same for all commits, where the project's own tests were not. */
export function guardWords({ changedTests, scenario }: BisectReport): string | undefined {
  const [first] = changedTests;
  if (first === undefined) return undefined;
  const more = changedTests.length === 1 ? '' : ` and ${changedTests.length - 1} more`;
  return `The project's own tests changed in this range (${first}${more}). They were not used: every commit was tested by the same scenario, ${scenario}.`;
}
