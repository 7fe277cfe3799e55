/** A command that outlives its time says which it was, for what, how its host was meanwhile, and what to do. */
import { availableParallelism } from 'node:os';
import type { ExecOptions, ExecResult, Machine } from '../../vm/machine.ts';
import { MachineError, retold } from '../lib/errors.ts';
import { EXEC_TIMEOUT } from '../lib/limit.ts';
import type { SampleHost } from '../model/sample.ts';
import { type HostWatch, watchHost } from './host-watch.ts';

/** What commands are run for. */
export interface Step {
  /** `set-up of the suite cri`, `case start`. */
  readonly name: string;
  /** Milliseconds that each command has at least, whatever its suite gives it. */
  readonly leastMs?: number | undefined;
}

/** Milliseconds after which a command is a long one: from then on its host is watched. */
const LONG = 2_000;
/** Characters of a command that are told. */
const SHOWN = 120;

/** The same machine; of its commands, those that end in time are what they were. */
export function explained(machine: Machine, step: () => Step, cores = availableParallelism()): Machine {
  return {
    ...machine,
    exec: async (command, options = {}): Promise<ExecResult> => {
      const { name, leastMs } = step();
      let watch: HostWatch | undefined;
      const timer = setTimeout(() => {
        watch = watchHost(machine, cores);
      }, LONG);
      timer.unref();
      try {
        return await machine.exec(command, atLeast(options, leastMs));
      } catch (error) {
        if (!(error instanceof MachineError) || error.code !== 'exec-timeout') throw error;
        const said = [`${name}: ${error.message}: ${shown(command)}`, ...wordsOf(watch?.end()), WHAT_TO_DO];
        throw retold(error, said.join('; '));
      } finally {
        clearTimeout(timer);
        watch?.end();
      }
    },
  };
}

const WHAT_TO_DO =
  'on a busy host, give it more time (timeout: in the scenario) or run less at once (--jobs 1)';

function atLeast(options: ExecOptions, leastMs: number | undefined): ExecOptions {
  const { timeout = EXEC_TIMEOUT } = options;
  return leastMs === undefined || leastMs <= timeout ? options : { ...options, timeout: leastMs };
}

/** On one line, its beginning alone where it is a script. */
function shown(command: string | readonly string[]): string {
  const text = typeof command === 'string' ? command : command.join(' ');
  const line = text
    .slice(0, 4 * SHOWN)
    .replace(/^set -e\s/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > SHOWN ? `“${line.slice(0, SHOWN)}…”` : `“${line}”`;
}

/** How the host was, in words; none where it can't tell. */
function wordsOf(host: SampleHost | undefined): string[] {
  const told: string[] = [];
  if (host?.load !== undefined) told.push(`${host.load} tasks per core beside the machine's own`);
  if (host?.cpuPressure !== undefined)
    told.push(`tasks waited for a CPU in ${host.cpuPressure}% of the time`);
  if (host?.stealPercent !== undefined)
    told.push(`${host.stealPercent}% of its CPUs' time went to other hosts`);
  return told.length === 0 ? [] : [`meanwhile, on this host: ${told.join(', ')}`];
}
