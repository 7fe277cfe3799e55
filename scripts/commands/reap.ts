import { context } from './context.ts';
import { print } from './output.ts';

export async function reap(args: { all: boolean }): Promise<void> {
  const provider = await context().makeProvider('qemu');
  const reaped = await provider.reap({ all: args.all });
  for (const { session, id, pid } of reaped)
    print(`ended machine ${id} of session ${session} (process ${pid})`);
  if (reaped.length === 0) print('no machine was left behind');
}
