/** The machine that a cell wants. */
import type { MachineSpec } from '../../vm/machine.ts';
import type { Cell } from '../scenario/types.ts';
import { bootTimeout } from './boot-timeout.ts';
import type { ReadyCell } from './plan.ts';
import { kindOf } from './providers.ts';
import { kernelDigests } from './share.ts';

export function machineSpec(
  { cell, image, kernel, layers }: ReadyCell,
  place: Pick<MachineSpec, 'id' | 'session' | 'logDir' | 'keep' | 'notice'>,
): MachineSpec {
  const { cpus, memoryMiB, diskMiB, network } = cell.machine;
  return {
    ...place,
    image,
    kernel,
    layers,
    cgroup: cgroupOf(cell),
    cpus,
    memoryMiB,
    diskMiB,
    network,
    bootTimeout: bootTimeout(),
  };
}

/** What its axis says, else what its machine has of its own. */
export function cgroupOf({ axes, provider }: Pick<Cell, 'axes' | 'provider'>): 'v1' | 'v2' {
  return (axes.cgroup ?? provider?.fixed?.cgroup) === 'v1' ? 'v1' : 'v2';
}

/** Equal for machines that can come from one snapshot: all but their layers, disk and network is the same. */
export function warmKey({ cell, image, kernel }: ReadyCell): string {
  const { cpus, memoryMiB } = cell.machine;
  const userland = [image?.layer.sha256, ...kernelDigests(kernel)];
  return JSON.stringify([kindOf(cell), ...userland, cgroupOf(cell), cpus, memoryMiB]);
}
