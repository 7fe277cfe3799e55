/** How the host was while a sample was taken, as proc(5) tells; what a host can't tell is left out. */
import { availableParallelism } from 'node:os';
import type { HostMoment, Machine } from '../../vm/machine.ts';
import type { SampleHost } from '../model/sample.ts';

/** Milliseconds between two looks at what runs. */
const LOOK = 500;

export interface HostWatch {
  /** Ends it. */
  end(): SampleHost;
}

/**
 * Begins to watch; undefined where the machine can't tell of its host. As many tasks as it has CPUs are its own, and not
 * counted.
 */
export function watchHost(
  machine: Pick<Machine, 'host' | 'facts'>,
  cores: number = availableParallelism(),
): HostWatch | undefined {
  const moment = machine.host;
  if (moment === undefined) return undefined;
  const own = machine.facts.cpus;
  const first = moment();
  const running: number[] = [];
  const look = ({ running: tasks }: HostMoment) => {
    if (tasks !== undefined) running.push(Math.max(0, tasks - own));
  };
  look(first);
  const timer = setInterval(() => look(moment()), LOOK);
  timer.unref();
  return {
    end: () => {
      clearInterval(timer);
      const last = moment();
      look(last);
      return between(first, last, mean(running) / cores);
    },
  };
}

/** What happened between two moments. `load` as in SampleHost. Pure. */
export function between(first: HostMoment, last: HostMoment, load: number): SampleHost {
  const ms = last.monotonic - first.monotonic;
  const ticks = (last.ticks?.all ?? 0) - (first.ticks?.all ?? 0);
  const steal = (last.ticks?.steal ?? 0) - (first.ticks?.steal ?? 0);
  const pressure = (kind: 'cpu' | 'memory') => {
    const [from, to] = [first.stalled[kind], last.stalled[kind]];
    return from === undefined || to === undefined || ms <= 0 ? undefined : percent((to - from) / 1000 / ms);
  };
  const [cpuPressure, memoryPressure] = [pressure('cpu'), pressure('memory')];
  return {
    ...(Number.isFinite(load) ? { load: Math.round(load * 100) / 100 } : {}),
    ...(ticks > 0 ? { stealPercent: percent(steal / ticks) } : {}),
    ...(cpuPressure === undefined ? {} : { cpuPressure }),
    ...(memoryPressure === undefined ? {} : { memoryPressure }),
    clockStepMs: Math.round(last.wall - first.wall - ms),
  };
}

/** A share as percent, with one digit. */
function percent(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
