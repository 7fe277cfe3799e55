/**
 * Which machines exist on this host: one small file each, written before QEMU starts and removed after it
 * ended, so that whatever a crash leaves behind can be found and ended.
 */
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../scripts/lib/errors.ts';
import { makeFolder } from '../../scripts/lib/files.ts';
import { readJson, writeJson } from '../../scripts/lib/json.ts';
import { type Owner, ownerSchema, ownerState } from '../../scripts/lib/owner.ts';
import { stateDir } from '../../scripts/lib/paths.ts';
import { end, isRunning, type ProcessId } from '../../scripts/lib/process.ts';
import type { ReapedMachine } from '../machine.ts';

export interface MachineRecord {
  readonly id: string;
  readonly session: string;
  /** The process whose machine it is. */
  readonly owner: Owner;
  /** QEMU's; undefined between the record's birth and QEMU's. */
  readonly qemu?: ProcessId | undefined;
  /** The scratch disk and temporary files; goes with the machine. */
  readonly dir: string;
  /** Sockets and keys; often the same folder. Records of earlier releases have none. */
  readonly sockets?: string | undefined;
  /** Where its console is kept, absolute: tells which cell's machine it is. */
  readonly logDir: string;
  /** Meant to outlive its owner. */
  readonly keep: boolean;
  /** A command that opens a shell on it. */
  readonly shell: readonly string[];
}

const recordSchema: z.ZodType<MachineRecord> = z.object({
  id: z.string(),
  session: z.string(),
  owner: ownerSchema,
  qemu: z.object({ pid: z.number().int().positive(), started: z.string() }).optional(),
  dir: z.string().startsWith('/'),
  sockets: z.string().startsWith('/').optional(),
  logDir: z.string().startsWith('/'),
  keep: z.boolean(),
  shell: z.array(z.string()),
});

function folder(): string {
  return join(stateDir(), 'machines');
}

function fileOf(record: Pick<MachineRecord, 'session' | 'id'>): string {
  return join(folder(), `${record.session}.${record.id}.json`);
}

export async function writeRecord(record: MachineRecord): Promise<void> {
  await makeFolder(folder());
  // In one step: another run that reaps meanwhile must not take half a record for a damaged one.
  await writeJson(fileOf(record), record, { mode: 0o600 });
}

export async function removeRecord(record: Pick<MachineRecord, 'session' | 'id'>): Promise<void> {
  await rm(fileOf(record), { force: true });
}

/**
 * All records. A file that is none is dropped: what its machine has on this host belongs to its owner all the same,
 * and is found by that.
 */
export async function readRecords(): Promise<MachineRecord[]> {
  const names = await readdir(folder()).catch(() => []);
  const records: MachineRecord[] = [];
  for (const name of names.filter((file) => file.endsWith('.json')).sort()) {
    const path = join(folder(), name);
    try {
      records.push(await readJson(path, recordSchema));
    } catch (error) {
      // Not what just can't be read at the moment: it may be a machine that runs.
      if (error instanceof UsageError) await rm(path, { force: true });
    }
  }
  return records;
}

/** Ends QEMU, removes the machine's folder, then its record. */
export async function endMachine(record: MachineRecord): Promise<void> {
  if (record.qemu !== undefined) await end(record.qemu);
  await rm(record.dir, { recursive: true, force: true });
  if (record.sockets !== undefined) await rm(record.sockets, { recursive: true, force: true });
  await removeRecord(record);
}

/** The kept machine, still running, whose logs are in `logDir`. */
export async function keptMachine(logDir: string): Promise<MachineRecord | undefined> {
  const records = await readRecords();
  return records.find(
    (record) =>
      record.keep && record.logDir === resolve(logDir) && record.qemu !== undefined && isRunning(record.qemu),
  );
}

/** Folders of the machines that have a record: they outlive their owner where the machine was kept. */
export async function machineFolders(): Promise<string[]> {
  return (await readRecords()).flatMap(({ dir, sockets = dir }) => [...new Set([dir, sockets])]);
}

/** Ends the machines whose owner is gone; of kept ones only those whose QEMU is gone too, unless `all`. */
export async function reapMachines(options: { readonly all: boolean }): Promise<ReapedMachine[]> {
  const reaped: ReapedMachine[] = [];
  for (const record of await readRecords()) {
    if (ownerState(record.owner) !== 'gone') continue;
    const running = record.qemu !== undefined && isRunning(record.qemu);
    if (record.keep && running && !options.all) continue;
    await endMachine(record);
    reaped.push({ id: record.id, session: record.session, pid: record.qemu?.pid ?? 0 });
  }
  return reaped;
}
