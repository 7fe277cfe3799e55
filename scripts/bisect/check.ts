/**
 * The causal check: the old endpoint with the culprit applied shows the new behaviour, the new endpoint with it
 * reverted shows the old one. Being first in a history is a correlation; this is an experiment.
 */
import { oldSureness, tallyOf } from './decide.ts';
import type { Services } from './driver.ts';
import type { SampleOutcome } from './outcome.ts';
import { tally } from './outcome.ts';
import type { Tally } from './rates.ts';
import type { State } from './state.ts';

export interface Check {
  /** `<old>+<culprit>` or `<new>-<culprit>`. */
  readonly revision: string;
  readonly expected: 'old' | 'new';
  /** `unclear` when the samples that it may take don't tell; `skip` when it can't be built or tested. */
  readonly came: 'old' | 'new' | 'unclear' | 'skip';
  readonly outcomes: readonly SampleOutcome[];
  /** Why it was skipped: a conflict, the compiler's lines. */
  readonly reason?: string | undefined;
}

export interface CheckRequest {
  readonly oldest: string;
  readonly newest: string;
  readonly culprit: string;
  readonly findFix: boolean;
  readonly confidence: number;
  /** The most samples of each. */
  readonly most: number;
}

/** Samples of a revision before the first look at them. */
const FIRST = 4;

export async function checkCause(
  request: CheckRequest,
  state: State,
  services: Services,
  signal: AbortSignal,
): Promise<Check[]> {
  const { oldest, newest, culprit } = request;
  const rates = { old: tallyOf(state, oldest), recent: tallyOf(state, newest) };
  const against = { ...request, cut: state.cut, rates };
  return [
    await checkOne({ revision: `${oldest}+${culprit}`, expected: 'new' }, against, services, signal),
    await checkOne({ revision: `${newest}-${culprit}`, expected: 'old' }, against, services, signal),
  ];
}

/** What a revision's samples are compared with. */
interface Against extends CheckRequest {
  readonly cut: State['cut'];
  readonly rates: { readonly old: Tally; readonly recent: Tally };
}

async function checkOne(
  { revision, expected }: Pick<Check, 'revision' | 'expected'>,
  { findFix, confidence, most, cut, rates }: Against,
  { tester, listener }: Services,
  signal: AbortSignal,
): Promise<Check> {
  listener({ type: 'build', revision, ahead: false });
  const built = await tester.build(revision, signal);
  const outcomes: SampleOutcome[] = [];
  const ended = (came: Check['came'], reason?: string): Check => ({
    revision,
    expected,
    came,
    outcomes,
    reason,
  });
  if ('refused' in built) return ended('skip', built.refused);
  while (outcomes.length < most) {
    signal.throwIfAborted();
    const samples = Math.min(Math.max(FIRST, outcomes.length), most - outcomes.length);
    listener({ type: 'sample', revision, samples, purpose: 'check' });
    const result = await tester.sample(revision, samples, signal);
    if ('refused' in result) return ended('skip', result.refused);
    outcomes.push(...result.outcomes);
    const seen = tally(outcomes, { findFix, cut });
    const old = oldSureness(rates.old, rates.recent, seen);
    if (old >= confidence) return ended('old');
    if (old <= 1 - confidence) return ended('new');
  }
  return ended('unclear');
}
