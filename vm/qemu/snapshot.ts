/**
 * A booted machine as files, and back. The guest's memory is a file that the machine used as its memory; QEMU's
 * own state is the rest (a migration with `x-ignore-shared`, QEMU >= 4.0). Restored machines map the memory
 * copy-on-write: they share what none of them changes, and starting one reads nothing that it doesn't touch.
 */
import { copyFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MachineError } from '../../scripts/lib/errors.ts';
import { orAborted } from '../../scripts/lib/exec.ts';
import { shellQuote } from '../../scripts/lib/quote.ts';
import { bootCold } from './boot.ts';
import { consoleLog, type Launched, type LaunchRequest, launch } from './launch.ts';
import { plugLayer } from './plug.ts';
import type { Qmp } from './qmp.ts';

const MEMORY = 'memory';
const SCRATCH = 'scratch.img';
/** Bytes free on a disk below which it is full: less than what QEMU writes at a time. */
const FULL = 1 << 20;
/** Milliseconds between two looks at a migration. */
const POLL = 10;

/**
 * What a machine does before it is saved, so that those restored from it find it done: systemd at rest, and the
 * programs that every start of a suite needs once read and in the page cache.
 */
const SETTLE = `systemctl is-system-running --wait >/dev/null
for program in sh mount mkdir cat grep touch dmesg date sed; do $program --version </dev/null; done >/dev/null 2>&1
modprobe -a loop overlay squashfs 2>/dev/null
sync`;

type SaveRequest = Pick<LaunchRequest, 'host' | 'spec' | 'dir' | 'sockets' | 'started' | 'phases'>;

/** Boots a machine, saves it in the folder `files` and ends it. Throws MachineError, and `signal`'s reason. */
export async function saveSnapshot(request: SaveRequest, files: string, signal: AbortSignal): Promise<void> {
  try {
    const memory = { kind: 'shared', file: join(files, MEMORY) } as const;
    // A machine begins with empty memory, also after one that panicked.
    await rm(memory.file, { force: true });
    const { qmp, link, process } = await bootCold({ ...request, files, memory }, signal);
    await link.exec(SETTLE, { signal, timeout: request.spec.bootTimeout });
    await qmp.command('stop');
    await setCapabilities(qmp, ['x-ignore-shared']);
    await qmp.command('migrate', { uri: `exec:cat >${stateFile(files)}` });
    await untilSaved(qmp, AbortSignal.any([signal, process.ended]));
  } catch (error) {
    throw (await isFull(files)) ? noSpace(error) : error;
  }
}

/** A disk that is full shows as a QEMU that ended by SIGBUS, in the memory's file, or as a broken pipe. */
async function isFull(dir: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize < FULL;
}

function noSpace(cause: unknown): Error {
  return Object.assign(new Error('no space left', { cause }), { code: 'ENOSPC' });
}

/** Starts a machine from the files of `saveSnapshot`. It runs, but it still is the one that was saved. */
export async function restoreSnapshot(
  request: SaveRequest,
  files: string,
  signal: AbortSignal,
): Promise<Launched> {
  // What the guest said while it booted belongs to this machine, too.
  await copyFile(join(files, 'console.log'), consoleLog(request.spec));
  const memory = { kind: 'copy-on-write', file: join(files, MEMORY) } as const;
  const scratch = { file: join(files, SCRATCH), mode: 'overlay' } as const;
  const launched = await launch({ ...request, memory, scratch, incoming: true }, signal);
  request.phases?.end('qemu');
  const { qmp, process } = launched;
  const loaded = new Promise<void>((resolve) => {
    qmp.onEvent(({ name, data }) => {
      if (name === 'MIGRATION' && data.status === 'completed') resolve();
    });
  });
  await setCapabilities(qmp, ['x-ignore-shared', 'events']);
  await qmp.command('migrate-incoming', { uri: `exec:cat ${stateFile(files)}` });
  // QEMU ends itself when the state is none that it can load.
  await orAborted(loaded, AbortSignal.any([signal, process.ended]));
  // The guest finds them plugged in as soon as it runs.
  for (const layer of request.spec.layers) await plugLayer(qmp, layer);
  await qmp.command('cont');
  return launched;
}

/** For the shell that QEMU starts. `fd:` and `file:` are not known to all releases in both directions. */
function stateFile(files: string): string {
  return shellQuote([join(files, 'state')]);
}

async function setCapabilities(qmp: Qmp, names: readonly string[]): Promise<void> {
  const capabilities = names.map((capability) => ({ capability, state: true }));
  await qmp.command('migrate-set-capabilities', { capabilities });
}

async function untilSaved(qmp: Qmp, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { status, 'error-desc': why } = (await qmp.command('query-migrate')) as Record<string, unknown>;
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled') {
      throw new MachineError('provider', `QEMU could not save the machine: ${why ?? status}`);
    }
    signal.throwIfAborted();
    await sleep(POLL);
  }
}
