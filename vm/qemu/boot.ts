/** A cold boot: from nothing to an agent that answers. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MachineError } from '../../scripts/lib/errors.ts';
import { run } from '../../scripts/lib/exec.ts';
import type { ConsoleReader } from '../console.ts';
import type { Memory } from './argv.ts';
import { type Launched, type LaunchRequest, launch } from './launch.ts';

/** Milliseconds between two looks at a booting guest's console. */
const POLL = 50;

/** Throws MachineError, and `signal`'s reason. */
export async function bootCold(
  request: Omit<LaunchRequest, 'memory' | 'scratch' | 'incoming'> & {
    /** Folder of the scratch disk. */
    readonly files: string;
    readonly memory: Memory;
  },
  signal: AbortSignal,
): Promise<Launched> {
  const scratch = { file: join(request.files, 'scratch.img'), mode: 'writable' } as const;
  await makeScratch(scratch.file, request.spec.diskMiB, signal);
  request.phases?.end('disk');
  const launched = await launch({ ...request, scratch, incoming: false }, signal);
  await untilReady(launched.console, AbortSignal.any([signal, launched.process.ended]));
  return launched;
}

async function makeScratch(file: string, mebibytes: number, signal: AbortSignal): Promise<void> {
  await run(['truncate', '-s', `${mebibytes}M`, file], { signal });
  await run(['mkfs.ext4', '-q', '-F', '-E', 'lazy_itable_init=1,lazy_journal_init=1', '-m', '0', file], {
    signal,
  });
}

async function untilReady(console: ConsoleReader, signal: AbortSignal): Promise<void> {
  for (;;) {
    const state = await console.state();
    if (state.kind === 'ready') return;
    if (state.kind !== 'booting')
      throw new MachineError(state.kind === 'panic' ? 'panic' : 'boot-failed', state.why);
    signal.throwIfAborted();
    await sleep(POLL);
  }
}
