/** The QEMU of this host, and the accelerator that really works with it. */
import { access, constants, readFile, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, release } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Kernel } from '../../scripts/artifact/types.ts';
import { messageOf, ReproError, UsageError } from '../../scripts/lib/errors.ts';
import { RunError, run } from '../../scripts/lib/exec.ts';
import { makeFolder } from '../../scripts/lib/files.ts';
import { recallJson, writeJson } from '../../scripts/lib/json.ts';
import { LONGEST_STRETCH } from '../../scripts/lib/limit.ts';
import { stateDir } from '../../scripts/lib/paths.ts';
import { consoleTail, probeSucceeded } from '../console.ts';
import { makeWorkDirs } from '../work-dir.ts';
import { type Accelerator, qemuArgv } from './argv.ts';

export interface Emulator {
  readonly binary: string;
  /** `7.2.22` */
  readonly version: string;
  readonly major: number;
  /** With the distribution's part: `QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)`. */
  readonly build: string;
}

/** What runs machines here. */
export interface Host {
  readonly emulator: Emulator;
  readonly accelerator: Accelerator;
}

export interface AcceleratorChoice {
  readonly accelerator: Accelerator;
  /** Why, in a sentence. */
  readonly why: string;
  /** Whether the answer comes from an earlier probe. */
  readonly remembered: boolean;
}

/** Milliseconds that a kernel may take to reach our initrd on an idle host; real KVM takes well under one second. */
const PROBE_TIMEOUT = 10_000;

/** As many times longer as there are processes for each CPU: what the probe finds out is remembered. */
const probeTimeout = () => {
  const [load = 0] = loadavg();
  return PROBE_TIMEOUT * Math.min(LONGEST_STRETCH, Math.max(1, Math.ceil(load / availableParallelism())));
};
const BINARY = 'qemu-system-x86_64';
const PACKAGE = 'qemu-system-x86';

/** Throws ReproError when there is no QEMU. */
export async function findEmulator(): Promise<Emulator> {
  const { stdout } = await run([BINARY, '--version'], { package: PACKAGE });
  const version = /version (\d+(?:\.\d+)*)/.exec(stdout)?.[1];
  if (version === undefined)
    throw new ReproError('qemu-version', `cannot tell the version of ${BINARY}: ${stdout}`);
  const [build = ''] = stdout.split('\n');
  return { binary: BINARY, version, major: Number.parseInt(version, 10), build };
}

/** What this host could use instead of emulation, and why it can't where it can't. */
async function candidate(): Promise<{ accelerator: Accelerator } | { why: string }> {
  if (process.platform === 'darwin') {
    if (process.arch === 'x64') return { accelerator: 'hvf' };
    return { why: 'the guest is x86-64 and this Mac is not' };
  }
  if (process.arch !== 'x64') return { why: `the guest is x86-64 and this host is ${process.arch}` };
  try {
    await access('/dev/kvm', constants.R_OK | constants.W_OK);
    return { accelerator: 'kvm' };
  } catch (error) {
    const denied = (error as NodeJS.ErrnoException).code === 'EACCES';
    return { why: denied ? '/dev/kvm may not be opened by this user' : 'this host has no /dev/kvm' };
  }
}

/**
 * Chooses by really booting `kernel` for a moment: a /dev/kvm that opens proves nothing. The answer is
 * remembered for this QEMU and this host kernel; `fresh` asks again. `REPRO_ACCEL` (kvm, hvf, tcg) decides
 * without asking.
 */
export async function chooseAccelerator(
  emulator: Emulator,
  kernel: Kernel,
  signal: AbortSignal,
  options: { readonly fresh?: boolean } = {},
): Promise<AcceleratorChoice> {
  const forced = process.env.REPRO_ACCEL;
  if (forced !== undefined && forced !== '') {
    if (forced !== 'kvm' && forced !== 'hvf' && forced !== 'tcg') {
      throw new UsageError('accelerator', `REPRO_ACCEL is '${forced}'; it can be kvm, hvf or tcg`);
    }
    return { accelerator: forced, why: 'REPRO_ACCEL says so', remembered: false };
  }
  const found = await candidate();
  if ('why' in found) return { accelerator: 'tcg', why: found.why, remembered: false };

  const memory = join(stateDir(), 'accelerator.json');
  const key = `${found.accelerator} qemu=${emulator.version} host=${release()}`;
  const known = options.fresh ? undefined : await recall(memory, key);
  if (known !== undefined) return { ...known, remembered: true };
  const failure = await probe(emulator, found.accelerator, kernel, signal);
  const choice: Omit<AcceleratorChoice, 'remembered'> =
    failure === undefined
      ? { accelerator: found.accelerator, why: `a kernel booted with ${found.accelerator} here` }
      : { accelerator: 'tcg', why: `${found.accelerator} is there, but ${failure}` };
  // What can't be remembered is asked again.
  await makeFolder(dirname(memory))
    .then(() => writeJson(memory, { key, choice }))
    .catch(() => undefined);
  return { ...choice, remembered: false };
}

const memorySchema = z.object({
  key: z.string(),
  choice: z.object({ accelerator: z.enum(['kvm', 'hvf', 'tcg']), why: z.string() }),
});

async function recall(file: string, key: string): Promise<Omit<AcceleratorChoice, 'remembered'> | undefined> {
  const memory = await recallJson(file, memorySchema).catch(() => undefined);
  return memory?.key === key ? memory.choice : undefined;
}

/** Boots as far as our initrd. Returns why that didn't happen, undefined when it did. */
async function probe(
  emulator: Emulator,
  accelerator: Accelerator,
  kernel: Kernel,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { dir, sockets } = await makeWorkDirs();
  const serialLog = join(dir, 'console.log');
  const timeout = probeTimeout();
  try {
    await run(
      qemuArgv({
        binary: emulator.binary,
        version: emulator.major,
        name: 'repro-probe',
        accelerator,
        cpus: 1,
        memoryMiB: 512,
        kernel: kernel.vmlinuz,
        initrd: kernel.initrd,
        disks: [],
        network: 'none',
        memory: { kind: 'own' },
        incoming: false,
        agentSocket: undefined,
        kernelArgs: ['console=ttyS0', 'quiet', 'panic=-1', 'repro.probe'],
        serialLog,
        qmpSocket: join(sockets, 'qmp'),
      }),
      { signal, timeout },
    );
    const text = await readFile(serialLog, 'latin1');
    if (probeSucceeded(text)) return undefined;
    return `a kernel did not boot with it (${consoleTail(text, 1)[0] ?? 'it printed nothing'})`;
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    if (error.code === 'run-timeout') return `a kernel did not boot with it within ${timeout / 1000} s`;
    return `QEMU refused it (${error.output.trim().split('\n')[0] ?? messageOf(error)})`;
  } finally {
    for (const folder of [dir, sockets]) await rm(folder, { recursive: true, force: true });
  }
}
