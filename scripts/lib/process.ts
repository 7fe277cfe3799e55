/** Processes of the host, told apart from later ones that got the same number. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessId {
  readonly pid: number;
  /** When it started, in whatever unit the host counts; equal for one process only. */
  readonly started: string;
}

/** Undefined when no such process runs (a zombie doesn't). */
export function identify(pid: number): ProcessId | undefined {
  try {
    if (process.platform === 'linux') {
      // proc(5): fields after the parenthesised name; 3 is the state, 22 the start time.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, started: fields[19] ?? '' };
    }
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return started === '' ? undefined : { pid, started };
  } catch {
    return undefined;
  }
}

export function isRunning(id: ProcessId): boolean {
  return identify(id.pid)?.started === id.started;
}

/** Ends a process for good and waits (5 s at most) until it is gone. Returns whether it is. */
export async function end(id: ProcessId): Promise<boolean> {
  for (let tries = 0; tries < 250; tries++) {
    if (!isRunning(id)) return true;
    if (tries === 0) {
      try {
        process.kill(id.pid, 'SIGKILL');
      } catch {
        // Gone, or not ours: the next look tells.
      }
    }
    await sleep(20);
  }
  return !isRunning(id);
}
