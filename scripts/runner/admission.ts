/** Whether the host has room for one more machine, judged by what machines really take. Pure. */
import { cardOf } from '../../vm/providers.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { kindOf } from './providers.ts';

/** What a cell takes of the host while it runs. */
export interface Demand {
  /** Cells of one kind take about the same: provider, suite, image and size. */
  readonly kind: string;
  readonly cpus: number;
  /** Host memory that it may come to hold, at most: its guest's and its provider's own. */
  readonly mostMiB: number;
  /** No other machine may run beside it. */
  readonly alone: boolean;
}

/** A machine that runs, or is about to. */
export interface Occupant {
  readonly demand: Demand;
  /** Host memory that it alone held when last looked at; 0 before the first look. */
  readonly usedBytes: number;
}

export interface HostState {
  readonly cores: number;
  /** Memory that can be had without swapping. */
  readonly availableBytes: number;
  /** The most that finished machines of a kind held. */
  readonly peaks: ReadonlyMap<string, number>;
}

const MIB = 1024 ** 2;

/**
 * A guest's CPUs are seldom all busy: a machine of 2 CPUs kept 0.6 to 1.2 cores busy under TCG, and four cells
 * took 77% of the time when two of them shared 2 cores (README, "How many at once").
 */
const CPUS_PER_CORE = 2;

/** What a machine gets done beside another on the same cores, of what it would have done on cores of its own. */
const SHARED_SPEED = 0.65;

/** A peak is looked for every two seconds, and the next cell is not the one before. */
const MARGIN = 1.25;

/** Left to everything else on the host. */
const RESERVE = 256 * MIB;

export function demandOf(cell: Cell, scenario: Pick<Scenario, 'suite'>, alone: boolean): Demand {
  const { image, cpus, memoryMiB } = cell.machine;
  const provider = kindOf(cell);
  const kind = `${provider} ${scenario.suite.id} ${image} ${cpus} ${memoryMiB}`;
  return { kind, cpus, mostMiB: cardOf(provider).mostMiB(memoryMiB), alone };
}

/** The most that a machine may come to hold: what its kind has shown, or all that its size allows. */
export function expectedBytes(demand: Demand, peaks: HostState['peaks']): number {
  const peak = peaks.get(demand.kind);
  const largest = demand.mostMiB * MIB;
  return peak === undefined ? largest : Math.min(largest, peak * MARGIN);
}

/** Memory that stays available when all machines have grown as far as they are expected to. */
export function sparedBytes(occupants: readonly Occupant[], host: HostState): number {
  const growth = occupants.map(({ demand, usedBytes }) =>
    Math.max(0, expectedBytes(demand, host.peaks) - usedBytes),
  );
  return host.availableBytes - RESERVE - growth.reduce((sum, bytes) => sum + bytes, 0);
}

export function hasMemory(demand: Demand, occupants: readonly Occupant[], host: HostState): boolean {
  return expectedBytes(demand, host.peaks) <= sparedBytes(occupants, host);
}

export function hasCores(demand: Demand, occupants: readonly Occupant[], host: HostState): boolean {
  const cpus = [demand, ...occupants.map((one) => one.demand)].reduce((sum, one) => sum + one.cpus, 0);
  return cpus <= host.cores * CPUS_PER_CORE;
}

/** How many such cells run side by side, as far as can be told before any runs, and how much faster that is. */
export function sideBySide(
  demands: readonly Demand[],
  host: HostState,
): { readonly jobs: number; readonly speedup: number } {
  const running: Occupant[] = [];
  for (const demand of demands) {
    const alone = demand.alone || running.some((one) => one.demand.alone);
    if (
      running.length > 0 &&
      (alone || !hasCores(demand, running, host) || !hasMemory(demand, running, host))
    )
      break;
    running.push({ demand, usedBytes: 0 });
  }
  const cpus = running.reduce((sum, { demand }) => sum + demand.cpus, 0);
  const jobs = Math.max(1, running.length);
  return { jobs, speedup: jobs > 1 && cpus > host.cores ? jobs * SHARED_SPEED : jobs };
}
