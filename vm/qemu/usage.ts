/** What a virtual machine takes of the host. */
import { readFile } from 'node:fs/promises';
import { isRunning, type ProcessId } from '../../scripts/lib/process.ts';
import type { MachineUsage } from '../machine.ts';

/** Throws when there is no such process any more, or no /proc to ask. */
export async function usageOf(qemu: ProcessId | undefined): Promise<MachineUsage> {
  if (qemu === undefined || !isRunning(qemu)) throw new Error('there is no QEMU to ask');
  return { memoryBytes: privateBytes(await readFile(`/proc/${qemu.pid}/smaps_rollup`, 'utf8')) };
}

/**
 * Bytes that only this process holds, in memory or swapped out: of proc(5)'s smaps_rollup `Private_Clean`,
 * `Private_Dirty` and `Swap`. Pages that a snapshot's file backs and nobody wrote to are shared, and not counted.
 */
export function privateBytes(rollup: string): number {
  const kibibytes = [...rollup.matchAll(/^(?:Private_Clean|Private_Dirty|Swap):\s+(\d+) kB$/gm)];
  if (kibibytes.length === 0) throw new Error('not a smaps_rollup');
  return kibibytes.reduce((sum, [, value]) => sum + Number(value) * 1024, 0);
}
