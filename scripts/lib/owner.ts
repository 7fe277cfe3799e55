/**
 * To whom something on disk belongs (a lock, a temporary folder, a machine): a process, and where its number means
 * anything. Numbers are given anew after a boot, and each container has its own.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { identify, isRunning } from './process.ts';

export const ownerSchema = z.object({
  pid: z.number().int().positive(),
  /** As `ProcessId` has it. */
  started: z.string(),
  host: z.string(),
  /** The host's machine-id(5): hosts may have the same name. Empty where there is none. */
  machine: z.string(),
  /** Another one after each boot. Empty where the host doesn't tell. */
  boot: z.string(),
  /** Of process numbers; empty where there is only one. */
  namespace: z.string(),
});

export type Owner = Readonly<z.infer<typeof ownerSchema>>;

let self: Owner | undefined;

export function thisOwner(): Owner {
  self ??= {
    pid: process.pid,
    started: identify(process.pid)?.started ?? '',
    host: hostname(),
    machine: textOf('/etc/machine-id'),
    boot: textOf('/proc/sys/kernel/random/boot_id'),
    namespace: namespaceOf(),
  };
  return self;
}

/**
 * Whether the owner runs. `elsewhere`: on another host or in another container, from where nobody can tell; then
 * what it owns is to be left alone, or watched.
 */
export function ownerState(owner: Owner): 'running' | 'gone' | 'elsewhere' {
  const me = thisOwner();
  if (owner.host !== me.host || owner.machine !== me.machine) return 'elsewhere';
  // This host was started again since, and nothing of before runs; if it is this host.
  if (owner.boot !== me.boot) return me.machine === '' ? 'elsewhere' : 'gone';
  if (owner.namespace !== me.namespace) return 'elsewhere';
  return isRunning(owner) || isHidden(owner.pid) ? 'running' : 'gone';
}

/** `process 4711 on host builder-3`. */
export function nameOf(owner: Owner): string {
  return `process ${owner.pid} on host ${owner.host}`;
}

/** A process of another user that /proc does not show (`hidepid`). */
function isHidden(pid: number): boolean {
  if (identify(pid) !== undefined) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function namespaceOf(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
