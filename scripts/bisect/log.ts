/** A bisection as a log that `git bisect replay` reads, with what was seen of each commit as comments. Pure. */
import type { CommitRow } from './commits.ts';
import { type LoggedStep, writeGitLog } from './git-log.ts';
import { endpointsOf, type Plan } from './plan.ts';
import type { BisectRequest } from './request.ts';
import { countsOf } from './words.ts';

export interface Tested extends Pick<Plan, 'subjects'> {
  readonly commits: readonly CommitRow[];
  /** Ids as they were first tested. */
  readonly order: readonly string[];
  /** When it was found. */
  readonly culprit: string | undefined;
}

export function logOf(request: BisectRequest, { subjects, commits, order, culprit }: Tested): string {
  const { old, recent } = endpointsOf(request);
  const logged = (revision: string) => ({ revision, subject: subjects.get(revision) ?? '' });
  const steps = order.flatMap((id): LoggedStep[] => {
    const row = commits.find((commit) => commit.id === id);
    if (row === undefined || id === old.id || id === recent.id) return [];
    const note = countsOf(row);
    // Built ahead and then not wanted.
    if (note === '') return [];
    return [{ ...logged(id), verdict: verdictOf(row, request.confidence), note }];
  });
  const { findFix, firstParent, paths } = request;
  return writeGitLog({
    old: logged(old.id),
    recent: logged(recent.id),
    findFix,
    firstParent,
    paths,
    steps,
    culprit: culprit === undefined ? undefined : logged(culprit),
  });
}

/** git wants to be told for certain: what isn't as sure as was asked for is left open. */
function verdictOf({ skipped, probabilityOfNew }: CommitRow, confidence: number): LoggedStep['verdict'] {
  if (skipped !== undefined) return 'skip';
  if (probabilityOfNew >= confidence) return 'new';
  return probabilityOfNew <= 1 - confidence ? 'old' : undefined;
}
