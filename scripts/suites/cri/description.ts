import { z } from 'zod';
import { describeSuite, type ParamsOf } from '../description.ts';
import { quantity } from '../params.ts';

const params = z.strictObject({
  memoryLimit: quantity("memory limit of the pod's cgroup and of its container").prefault('15Mi'),
  allocate: quantity('what the OOM cases allocate, beyond the limit').prefault('200Mi'),
  cri: z.enum(['auto', 'v1', 'v1alpha2']).default('auto').describe('CRI API version to speak'),
});

export type CriParams = ParamsOf<typeof params>;

export const cri = describeSuite({
  id: 'cri',
  title: "pods through containerd's CRI API, as a kubelet drives it",
  components: ['runc', 'containerd'],
  cases: [
    { id: 'pod-start', title: 'a small pod starts and stays up' },
    {
      id: 'single-container-oom',
      title: 'a container that allocates beyond its limit is reported OOMKilled',
    },
    {
      id: 'init-container-oom',
      title: 'an init container that allocates beyond its limit is the one killed',
    },
    { id: 'restart', title: 'a container that exits is started again in its pod' },
    { id: 'exec-probe', title: 'an exec probe runs in a container under a small limit' },
  ],
  params,
  timeMetrics: ['pod.start', 'exec.time'],
  openAxes: false,
  cost: { prepare: 8, sample: 4 },
  load: async () => (await import('./suite.ts')).cri,
});
