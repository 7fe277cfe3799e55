/** The `kubelet` suite: a real kubelet, standalone, runs static pods on the machine's containerd and runc. */
import type { Machine } from '../../../vm/machine.ts';
import { ReproError } from '../../lib/errors.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import { startContainerd } from '../cri/containerd.ts';
import { inspectNode, readLogs } from '../cri/inspect.ts';
import type { Suite, SuiteContext } from '../suite.ts';
import { CASES } from './cases.ts';
import { LOG_FILE, UNIT } from './config.ts';
import { type Node, startKubelet } from './node.ts';
import { StaticPod } from './pod.ts';

/** What is known of each machine's kubelet, from `prepare` to `logs`. */
const nodes = new WeakMap<Machine, Node>();

export const kubelet: Suite = {
  id: 'kubelet',

  async prepare(machine, context, signal) {
    // The kubelet talks to containerd itself; the connection is for seeing that it is ready and has the images.
    (await startContainerd(machine, context, signal)).close();
    nodes.set(machine, await startKubelet(machine, context, signal));
  },

  async run({ caseId, machine, context, sink }, signal) {
    const podCase = CASES[caseId];
    if (podCase === undefined) throw new ReproError('unknown-case', `suite kubelet has no case ${caseId}`);
    const node = nodes.get(machine);
    if (node === undefined)
      throw new ReproError('not-prepared', 'suite kubelet was not prepared on this machine');
    const pod = new StaticPod({ machine, context, node, sink, signal });
    try {
      await podCase(pod, sink, {
        memoryLimit: bytes(context, 'memoryLimit'),
        allocate: bytes(context, 'allocate'),
        cgroup: context.cgroup,
      });
    } catch (error) {
      throw machine.lost.aborted ? machine.lost.reason : error;
    } finally {
      await pod.remove();
    }
  },

  inspect: (machine, _context, signal) => inspectNode(machine, { kubelet: UNIT }, signal),

  async logs(machine, _context, signal) {
    nodes.delete(machine);
    return readLogs(machine, { 'kubelet.log': LOG_FILE }, signal);
  },
};

function bytes(context: SuiteContext, name: string): number {
  return parseQuantity(String(context.params[name])) ?? Number.NaN;
}
