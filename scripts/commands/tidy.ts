/** What crashed processes left on this host: machines, temporary folders, programs, locks, control groups, parts of the cache. */
import type { MachineProvider } from '../../vm/machine.ts';
import { sweepGroups } from '../artifact/build/limits.ts';
import type { Cache } from '../artifact/cache.ts';
import { sweepLocks } from '../lib/lock.ts';
import { lockedByGone, reapOwned } from '../lib/owned.ts';
import { openCache } from './wiring.ts';

/**
 * Ends and removes what has no owner any more, and nothing that belongs to a process that runs; with `all`, machines
 * that were kept, too. `providers`: of every kind. Returns a line for each.
 */
export async function tidy(
  providers: readonly MachineProvider[],
  cache: Cache,
  { all }: { readonly all: boolean },
): Promise<string[]> {
  const machines = (await Promise.all(providers.map((one) => one.reap({ all })))).flat();
  const kept = (await Promise.all(providers.map((one) => one.folders?.() ?? []))).flat();
  for (const dir of await lockedByGone()) await sweepLocks(dir);
  await sweepGroups();
  return [
    ...machines.map(({ session, id, pid }) => {
      const how = pid === undefined ? '' : ` (process ${pid})`;
      return `ended machine ${id} of session ${session}${how}`;
    }),
    ...(await reapOwned(kept)),
    ...(await cache.sweep()),
  ];
}

/** As `tidy`, before a run; told in a line. */
export async function tidyBefore(
  providers: readonly MachineProvider[],
  notice: (text: string) => void,
): Promise<void> {
  const lines = await tidy(providers, openCache({}), { all: false });
  const [first, ...others] = lines;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  notice(`an earlier run left something behind: ${first}${more}`);
}
