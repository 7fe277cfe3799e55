/** The machine that a cell wants. */
import type { MachineSpec } from '../../vm/machine.ts';
import type { Cell } from '../scenario/types.ts';
import { bootTimeout } from './boot-timeout.ts';
import type { ReadyCell } from './plan.ts';
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

export function cgroupOf(cell: Cell): 'v1' | 'v2' {
  return cell.axes.cgroup === 'v1' ? 'v1' : 'v2';
}

/** Equal for machines that can come from one snapshot: all but their layers, disk and network is the same. */
export function warmKey({ cell, image, kernel }: ReadyCell): string {
  const { cpus, memoryMiB } = cell.machine;
  return JSON.stringify([image.layer.sha256, ...kernelDigests(kernel), cgroupOf(cell), cpus, memoryMiB]);
}
