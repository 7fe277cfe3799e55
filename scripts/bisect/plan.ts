/** From what was asked to what to search: endpoints, range, merge bases. */
import { UsageError } from '../lib/errors.ts';
import type { History } from './history.ts';
import { type ListedCommit, makeRange, type Range } from './range.ts';
import type { BisectRequest } from './request.ts';

export interface Plan {
  readonly range: Range;
  readonly listing: readonly ListedCommit[];
  readonly oldest: string;
  /** To be tested first, when the old endpoint is no ancestor of the new one. */
  readonly mergeBases: readonly string[];
  /** First lines of messages, by id: of all candidates, the endpoints and the merge bases. */
  readonly subjects: ReadonlyMap<string, string>;
}

type Asked = Pick<BisectRequest, 'good' | 'bad' | 'findFix' | 'firstParent' | 'paths' | 'moreOld'>;

/** The older endpoint shows the old behaviour: good, unless a fix is looked for. */
export function endpointsOf({ good, bad, findFix }: Pick<BisectRequest, 'good' | 'bad' | 'findFix'>): {
  readonly old: BisectRequest['good'];
  readonly recent: BisectRequest['good'];
} {
  return findFix ? { old: bad, recent: good } : { old: good, recent: bad };
}

/** Throws UsageError for endpoints between which nothing can be found. */
export async function planBisection(asked: Asked, history: History): Promise<Plan> {
  const { old, recent } = endpointsOf(asked);
  if (old.id === recent.id) {
    throw new UsageError('range', `${old.revision} and ${recent.revision} are the same commit`);
  }
  const bases = await history.mergeBases(old.id, recent.id);
  if (bases.length === 0) {
    throw new UsageError('range', `${old.revision} and ${recent.revision} have no commit in common`);
  }
  if (bases.includes(recent.id)) {
    const role = asked.findFix ? 'bad one' : 'good one';
    throw new UsageError('range', `${recent.revision} is an ancestor of ${old.revision}, the ${role}`, {
      hint: asked.findFix
        ? 'without --find-fix, the commit is looked for that made it bad'
        : 'to find the commit that fixed it, add --find-fix',
    });
  }
  const olds = [old.id, ...asked.moreOld];
  const { firstParent, paths } = asked;
  const listing = await history.list(recent.id, olds, { firstParent, paths });
  if (listing.length === 0) {
    const where = paths.length === 0 ? '' : ` that changed ${paths.join(', ')}`;
    throw new UsageError(
      'range',
      `there is no commit between ${old.revision} and ${recent.revision}${where}`,
    );
  }
  const mergeBases = bases.includes(old.id) ? [] : bases;
  const others = [old.id, recent.id, ...mergeBases];
  return {
    range: makeRange({ newest: recent.id, listing, firstParent }),
    listing,
    oldest: old.id,
    mergeBases,
    subjects: await history.subjects(recent.id, olds, others),
  };
}
