/** Our own machines and runs, as the bench measures them. */
import { readFile, rm } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { run } from '../../scripts/lib/exec.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import type { Report } from '../../scripts/model/report.ts';
import type { Machine, MachineSpec } from '../../vm/machine.ts';
import type { Lab } from '../lab.ts';
import { plainOnce } from './plain.ts';
import type { ByHand, Growth, WholeRun } from './results.ts';

/** Milliseconds between two looks at the host's memory. */
const WATCH = 200;

/** Milliseconds from `allocate` to the answer of a first command. Throws when a machine booted that shouldn't have. */
export async function firstCommand(
  lab: Lab,
  id: string,
  cold: boolean,
  signal: AbortSignal,
): Promise<number> {
  const spec: MachineSpec = { ...lab.spec(id), layers: [], cold };
  const began = performance.now();
  await using machine = await lab.provider.allocate(spec, signal);
  await answer(machine, signal);
  const ms = performance.now() - began;
  if (machine.facts.start !== (cold ? 'cold' : 'warm')) throw new Error(`it booted: ${lab.notices.at(-1)}`);
  return ms;
}

async function answer(machine: Machine, signal: AbortSignal): Promise<void> {
  const { exitCode, stderr } = await machine.exec(['uname', '-r'], { signal });
  if (exitCode !== 0) throw new Error(`the first command failed: ${stderr}`);
}

/** Bytes that each of `count` restored machines alone holds while all of them are there. */
export async function memoryEach(lab: Lab, count: number, signal: AbortSignal): Promise<number[]> {
  const machines: Machine[] = [];
  try {
    for (let n = 1; n <= count; n++) {
      const machine = await lab.provider.allocate(lab.spec(`mem${n}`), signal);
      machines.push(machine);
      await answer(machine, signal);
    }
    return await Promise.all(machines.map(async (machine) => (await machine.usage()).memoryBytes));
  } finally {
    await Promise.all(machines.map((machine) => machine[Symbol.asyncDispose]()));
  }
}

export function wholeRun(lab: Lab, signal: AbortSignal): Promise<WholeRun> {
  return timedRun(lab, 'whole', ['containerd16-cgroupfs', '--jobs', '1'], signal);
}

/** `samples` containers in one machine, by a run and by hand. */
export async function byHand(lab: Lab, id: string, samples: number, signal: AbortSignal): Promise<ByHand> {
  const args = ['smoke', '--samples', String(samples), '--jobs', '1'];
  const { wallMs } = await timedRun(lab, id, args, signal);
  return { samples, reproMs: wallMs, plainMs: await plainOnce(lab, `plain-${id}`, samples, signal) };
}

/** Cells that differ in their memory limit alone, for cells that are the same share one result. */
export async function growth(lab: Lab, cells: number, signal: AbortSignal): Promise<Growth> {
  const limits = Array.from({ length: cells }, (_, at) => `${100 + at}Mi`).join(',');
  const args = ['smoke', '--samples', '5', '--set', `memoryLimit=${limits}`];
  const before = freemem();
  let least = before;
  const watch = setInterval(() => {
    least = Math.min(least, freemem());
  }, WATCH);
  try {
    const run = await timedRun(lab, `growth${cells}`, args, signal);
    return { cells, ...run, memory: before - least };
  } finally {
    clearInterval(watch);
  }
}

/** As a user types it; everything is in the cache. */
async function timedRun(
  lab: Lab,
  id: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<WholeRun> {
  const out = join(lab.dir, id);
  const argv = [process.execPath, join(packageRoot(), 'scripts/launch.mjs'), 'run', ...args];
  const began = performance.now();
  // 1: an expectation was missed, which a race may do; the time is the same.
  await run([...argv, '--quiet', '--out', out], { signal, okCodes: [0, 1] });
  const wallMs = performance.now() - began;
  const report = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as Report;
  await rm(out, { recursive: true });
  const guestMs = report.cells.reduce((sum, cell) => sum + (cell.guestMs ?? 0), 0);
  return { wallMs, guestMs };
}
