import { context } from './context.ts';
import { print } from './output.ts';
import type { ReapArguments } from './reap-command.ts';
import { tidy } from './tidy.ts';
import { openCache } from './wiring.ts';

export async function reap(args: ReapArguments): Promise<void> {
  const provider = await context().makeProvider('qemu');
  const lines = await tidy(provider, openCache({}), args);
  for (const line of lines) print(line);
  if (lines.length === 0) print('nothing was left behind');
}
