/** `--offline`: what is not in the cache can't be had, and all of it is said at once. */
import type { ErrorDetails } from '../lib/errors.ts';
import { ArtifactError } from '../lib/errors.ts';

/** Something has to be fetched and `--offline` forbids it. Code `offline`. */
export class OfflineError extends ArtifactError {
  /** What is missing, one phrase each: `runc 1.1.15+ds1-2+b4 (deb:trixie)`. */
  readonly missing: readonly string[];

  constructor(missing: readonly string[], details: ErrorDetails = {}) {
    const unique = [...new Set(missing)];
    super('offline', `offline, and not in the cache: ${unique.join(', ')}`, {
      hint: 'run it once without --offline: what was fetched stays in the cache',
      ...details,
    });
    this.missing = unique;
  }
}

/**
 * Waits for all of them. When some fail for being offline and the others don't fail, throws one OfflineError
 * that names everything missing; another failure is thrown as it is.
 */
export async function collectOffline<T>(tasks: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(tasks);
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
  const other = failures.find((reason) => !(reason instanceof OfflineError));
  if (other !== undefined) throw other;
  if (failures.length > 0) throw new OfflineError(failures.flatMap((reason: OfflineError) => reason.missing));
  return results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
}
