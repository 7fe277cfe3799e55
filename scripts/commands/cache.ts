import { UsageError } from '../lib/errors.ts';
import { formatBytes } from '../lib/units.ts';
import type { CacheLsArguments, CachePruneArguments } from './cache-command.ts';
import { print, printJson, say, table } from './output.ts';
import { openCache } from './wiring.ts';

export async function ls(args: CacheLsArguments): Promise<void> {
  const cache = openCache({});
  const entries = await cache.list();
  if (args.json) {
    printJson(entries);
    return;
  }
  const rows = entries.map(({ kind, name, bytes, lastUsed }) => [
    kind,
    name,
    formatBytes(bytes),
    `used ${lastUsed.toISOString().slice(0, 10)}`,
  ]);
  if (rows.length > 0) print(table(rows));
  say(
    `${cache.root}: ${entries.length} entries, ${formatBytes(entries.reduce((sum, { bytes }) => sum + bytes, 0))}`,
  );
}

export async function prune(args: CachePruneArguments): Promise<void> {
  if (!(args.days >= 0)) throw new UsageError('days', '--days must be a number, 0 or more');
  const { removed, inUse } = await openCache({}).prune(args.all ? 0 : args.days);
  const bytes = removed.reduce((sum, entry) => sum + entry.bytes, 0);
  print(`removed ${removed.length} entries, ${formatBytes(bytes)}`);
  if (inUse > 0) say(`${inUse} entries stay: another repro uses them`);
}
