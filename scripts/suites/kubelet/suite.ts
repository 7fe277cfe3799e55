/** The `kubelet` suite: a real kubelet, standalone, runs static pods on the machine's containerd and runc. */
import { ReproError } from '../../lib/errors.ts';
import { startContainerd } from '../cri/containerd.ts';
import { inspectNode, readLogs } from '../cri/inspect.ts';
import type { Suite } from '../suite.ts';
import { CASES } from './cases.ts';
import { LOG_FILE, UNIT } from './config.ts';
import type { KubeletParams } from './description.ts';
import { startKubelet } from './node.ts';
import { StaticPod } from './pod.ts';

export const kubelet: Suite<KubeletParams> = {
  id: 'kubelet',

  async prepare(place, signal) {
    const { machine, context } = place;
    // The kubelet talks to containerd itself; the connection is for seeing that it is ready and has the images.
    (await startContainerd(machine, context, signal)).close();
    const node = await startKubelet(place, signal);
    return {
      async take({ caseId, params: { memoryLimit, allocate }, sink }, until) {
        const podCase = CASES[caseId];
        if (podCase === undefined)
          throw new ReproError('unknown-case', `suite kubelet has no case ${caseId}`);
        const pod = new StaticPod({ machine, context, node, sink, signal: until });
        try {
          await podCase(pod, sink, { memoryLimit, allocate, cgroup: context.cgroup });
        } catch (error) {
          throw machine.lost.aborted ? machine.lost.reason : error;
        } finally {
          await pod.remove();
        }
      },
      inspect: (until) => inspectNode(machine, { kubelet: UNIT }, until),
      async [Symbol.asyncDispose]() {},
    };
  },

  logs: (machine, signal) => readLogs(machine, { 'kubelet.log': LOG_FILE }, signal),
};
