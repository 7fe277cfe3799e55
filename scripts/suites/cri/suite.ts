/** The `cri` suite: pods through containerd's CRI API, as a kubelet drives it. */
import type { Machine } from '../../../vm/machine.ts';
import { ReproError } from '../../lib/errors.ts';
import { lastLines } from '../guest-shell.ts';
import type { PreparedSuite, SampleRun, SampleSink, Suite, SuiteContext } from '../suite.ts';
import { CASES } from './cases.ts';
import { type CriClient, RuntimeRefusal } from './client.ts';
import { daemonState, startContainerd } from './containerd.ts';
import type { CriParams } from './description.ts';
import { inspectNode, readLogs } from './inspect.ts';
import { Pod } from './pod.ts';

export const cri: Suite<CriParams> = {
  id: 'cri',

  async prepare({ machine, context, params }, signal) {
    const client = await startContainerd(machine, context, signal, { api: params.cri });
    return new PreparedCri(machine, context, client);
  },

  logs: (machine, signal) => readLogs(machine, {}, signal),
};

/** Holds the connection to the machine's containerd. */
class PreparedCri implements PreparedSuite<CriParams> {
  readonly #machine: Machine;
  readonly #context: SuiteContext;
  readonly #client: CriClient;

  constructor(machine: Machine, context: SuiteContext, client: CriClient) {
    this.#machine = machine;
    this.#context = context;
    this.#client = {
      ...client,
      call: (name, request, options) => context.guest(() => client.call(name, request, options)),
    };
  }

  async take({ caseId, params, sink }: SampleRun<CriParams>, signal: AbortSignal): Promise<void> {
    const podCase = CASES[caseId];
    if (podCase === undefined) throw new ReproError('unknown-case', `suite cri has no case ${caseId}`);
    const machine = this.#machine;
    const pod = new Pod({
      machine,
      client: this.#client,
      context: this.#context,
      sink,
      signal,
      memoryLimit: params.memoryLimit,
    });
    try {
      await pod.prepare();
      await podCase(pod, sink, params);
    } catch (error) {
      if (!(error instanceof RuntimeRefusal)) throw await diagnose(error, machine, sink);
      sink.error(error.message);
    } finally {
      await pod.remove();
    }
  }

  inspect(signal: AbortSignal) {
    return inspectNode(this.#machine, {}, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
  }
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
