/** How this host is at one moment, as proc(5) tells. */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { HostMoment } from './machine.ts';

/** This host right now; what it can't tell is undefined. */
export function hostMoment(): HostMoment {
  const stat = read('/proc/stat');
  return {
    running: runningOf(stat) ?? (stat === '' ? loadavg()[0] : undefined),
    ticks: ticksOf(stat),
    stalled: { cpu: stalledOf(read('/proc/pressure/cpu')), memory: stalledOf(read('/proc/pressure/memory')) },
    wall: Date.now(),
    monotonic: performance.now(),
  };
}

/** `procs_running` of /proc/stat. */
export function runningOf(stat: string): number | undefined {
  const [, tasks] = /^procs_running (\d+)$/m.exec(stat) ?? [];
  return tasks === undefined ? undefined : Number(tasks);
}

/** Of /proc/stat's line of all CPUs: user nice system idle iowait irq softirq steal; guest time stands in user's, too. */
export function ticksOf(stat: string): HostMoment['ticks'] {
  const [, line] = /^cpu +([\d ]+)$/m.exec(stat) ?? [];
  const ticks = line?.split(' ').slice(0, 8).map(Number) ?? [];
  const steal = ticks[7];
  return steal === undefined ? undefined : { steal, all: ticks.reduce((sum, one) => sum + one, 0) };
}

/** `some … total=` of a file in /proc/pressure. */
export function stalledOf(pressure: string): number | undefined {
  const [, total] = /^some .*\btotal=(\d+)$/m.exec(pressure) ?? [];
  return total === undefined ? undefined : Number(total);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
