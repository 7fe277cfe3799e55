import { print } from './output.ts';
import { openProviders } from './providers.ts';
import type { ReapArguments } from './reap-command.ts';
import { tidy } from './tidy.ts';
import { openCache } from './wiring.ts';

export async function reap(args: ReapArguments): Promise<void> {
  const { all } = await openProviders();
  const lines = await tidy(all, openCache({}), args);
  for (const line of lines) print(line);
  if (lines.length === 0) print('nothing was left behind');
}
