/** From the command line to a request: names become commits, a log of git's becomes what it says. */
import { UsageError } from '../lib/errors.ts';
import { type GitVerdict, parseGitLog } from './git-log.ts';
import type { History } from './history.ts';
import type { BisectRequest } from './request.ts';

export interface Asked extends Omit<BisectRequest, 'good' | 'bad' | 'moreOld' | 'skip' | 'paths'> {
  /** Revisions as the user names them. */
  readonly good: string | undefined;
  readonly bad: string | undefined;
  readonly skip: readonly string[];
  readonly path: readonly string[];
  /** The text of a `git bisect log` to go on from. */
  readonly gitLog: string | undefined;
}

/**
 * What the options leave open, the log says: the last old and the last new commit are the endpoints, and what it
 * has as old or as untestable besides is taken for that. Throws UsageError.
 */
export async function requestOf(asked: Asked, history: History): Promise<BisectRequest> {
  const { good, bad, skip, path, gitLog, ...rest } = asked;
  const log = gitLog === undefined ? undefined : parseGitLog(gitLog);
  const said = (verdict: GitVerdict['verdict']) =>
    (log?.verdicts ?? []).filter((one) => one.verdict === verdict).map(({ revision }) => revision);
  const [goods, bads] = rest.findFix ? [said('new'), said('old')] : [said('old'), said('new')];
  const ends = { good: good ?? goods.at(-1), bad: bad ?? bads.at(-1) };
  const missing = (['good', 'bad'] as const).filter((end) => ends[end] === undefined);
  if (missing.length > 0) {
    throw new UsageError(
      'usage',
      `name the ends of the range: ${missing.map((end) => `--${end} <revision>`).join(', ')}`,
    );
  }
  const resolved = async (revision = '') => ({ revision, id: await history.resolve(revision) });
  const all = (revisions: readonly string[]) => Promise.all(revisions.map((one) => history.resolve(one)));
  const [goodEnd, badEnd] = [await resolved(ends.good), await resolved(ends.bad)];
  const old = rest.findFix ? badEnd.id : goodEnd.id;
  return {
    ...rest,
    good: goodEnd,
    bad: badEnd,
    firstParent: rest.firstParent || (log?.firstParent ?? false),
    paths: [...path, ...(log?.paths ?? [])],
    moreOld: (await all(said('old'))).filter((id) => id !== old),
    skip: [...new Set(await all([...skip, ...said('skip')]))],
  };
}
