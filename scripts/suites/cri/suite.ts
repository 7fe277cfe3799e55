/** The `cri` suite: pods through containerd's CRI API, as a kubelet drives it. */
import type { Machine } from '../../../vm/machine.ts';
import { ReproError } from '../../lib/errors.ts';
import { parseQuantity } from '../../lib/quantity.ts';
import { lastLines } from '../guest-shell.ts';
import type { SampleSink, Suite, SuiteContext } from '../suite.ts';
import { CASES } from './cases.ts';
import { type CriClient, RuntimeRefusal } from './client.ts';
import { daemonState, startContainerd } from './containerd.ts';
import { inspectNode, readLogs } from './inspect.ts';
import { Pod } from './pod.ts';

/** The connection to each machine's containerd, from `prepare` to `logs`. */
const clients = new WeakMap<Machine, CriClient>();

export const cri: Suite = {
  id: 'cri',

  async prepare(machine, context, signal) {
    const client = await startContainerd(machine, context, signal);
    clients.set(machine, {
      ...client,
      call: (name, request, options) => context.guest(() => client.call(name, request, options)),
    });
    machine.lost.addEventListener('abort', () => client.close(), { once: true });
  },

  async run({ caseId, machine, context, sink }, signal) {
    const podCase = CASES[caseId];
    if (podCase === undefined) throw new ReproError('unknown-case', `suite cri has no case ${caseId}`);
    const client = clients.get(machine);
    if (client === undefined)
      throw new ReproError('not-prepared', 'suite cri was not prepared on this machine');
    const memoryLimit = bytes(context, 'memoryLimit');
    const pod = new Pod({ machine, client, context, sink, signal, memoryLimit });
    try {
      await pod.prepare();
      await podCase(pod, sink, { allocate: bytes(context, 'allocate') });
    } catch (error) {
      if (!(error instanceof RuntimeRefusal)) throw await diagnose(error, machine, sink);
      sink.error(error.message);
    } finally {
      await pod.remove();
    }
  },

  inspect: (machine, _context, signal) => inspectNode(machine, {}, signal),

  async logs(machine, _context, signal) {
    clients.get(machine)?.close();
    clients.delete(machine);
    return readLogs(machine, {}, signal);
  },
};

function bytes(context: SuiteContext, name: string): number {
  return parseQuantity(String(context.params[name])) ?? Number.NaN;
}

/** When no answer came: whether the machine, or containerd, is the reason. */
async function diagnose(error: unknown, machine: Machine, sink: SampleSink): Promise<unknown> {
  if (machine.lost.aborted) return machine.lost.reason;
  if (!(error instanceof ReproError) || error.code !== 'no-answer') return error;
  const state = await daemonState(machine).catch(() => undefined);
  if (state === undefined) return machine.lost.aborted ? machine.lost.reason : error;
  await sink.keep('containerd-tail.log', state.tail);
  if (state.active) return error;
  return new ReproError('containerd-died', `containerd ended: ${lastLines(state.tail, 1)}`, { cause: error });
}
