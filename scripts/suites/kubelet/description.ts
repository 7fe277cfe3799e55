import { z } from 'zod';
import { describeSuite, type ParamsOf } from '../description.ts';
import { quantity } from '../params.ts';
import { parseReservation } from './reservation.ts';

/** A part of the machine's memory, or a quantity; `0` reserves nothing. */
const reservation = z
  .union([z.string(), z.number()])
  .refine((text) => parseReservation(text) !== undefined, {
    error: 'must be a memory quantity, such as 100Mi, or a part of the machine, such as 0.35',
  })
  .describe("memory that the kubelet's kubeReserved keeps from pods: a quantity, or a part of the machine's")
  .transform((text) => parseReservation(text) ?? { bytes: 0 });

const params = z.strictObject({
  memoryLimit: quantity('memory limit of each container, and so of its pod').prefault('15Mi'),
  allocate: quantity('what the OOM cases allocate, beyond the limit').prefault('200Mi'),
  kubeReserved: reservation.prefault(0.35),
  kubeletCgroupDriver: z
    .enum(['same', 'cgroupfs', 'systemd'])
    .default('same')
    .describe("the kubelet's cgroup driver; `same` as containerd's"),
  driverMismatch: z
    .boolean()
    .default(false)
    .describe('lets the drivers of the kubelet and of containerd differ, on purpose'),
});

export type KubeletParams = ParamsOf<typeof params>;

export const kubelet = describeSuite({
  id: 'kubelet',
  title: 'static pods of a real kubelet, standalone, on containerd and runc',
  components: ['runc', 'containerd', 'kubelet'],
  cases: [
    { id: 'pod-start', title: 'a small pod starts and stays up' },
    { id: 'restart', title: 'a container that exits is started again in its pod' },
    { id: 'exec-probe', title: 'a small pod becomes ready by its exec probe and stays so' },
    { id: 'single-container-oom', title: 'a container that allocates beyond its limit is OOMKilled' },
    { id: 'init-container-oom', title: 'an init container that allocates beyond its limit is OOMKilled' },
    {
      id: 'several-processes-oom',
      title: 'one of several processes is killed: the others go on, or end with it where the kubelet says so',
    },
    {
      id: 'node-allocatable-oom',
      title: 'a container without a limit takes more than all pods may have, and is OOMKilled',
    },
  ],
  params,
  timeMetrics: ['pod.start'],
  // Two waits for the kubelet, and one until it has removed the pod.
  timeout: 300,
  openAxes: false,
  cost: { prepare: 25, sample: 10 },
  load: async () => (await import('./suite.ts')).kubelet,
});
