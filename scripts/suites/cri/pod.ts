/** One pod, driven as a kubelet drives it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine } from '../../../vm/machine.ts';
import { messageOf, ReproError } from '../../lib/errors.ts';
import { Allowance } from '../../lib/limit.ts';
import { reportMemory } from '../cgroup-memory.ts';
import { collect, parseCollected, quote, runGuest } from '../guest-shell.ts';
import type { SampleSink, SuiteContext } from '../suite.ts';
import type { CallOptions, CriClient } from './client.ts';
import type { ContainerStatus, PodSandboxConfig } from './messages.ts';
import {
  cgroupParent,
  createPodCgroup,
  type PodCgroup,
  readPodCgroup,
  removePodCgroup,
} from './pod-cgroup.ts';
import { containerConfig, sandboxConfig } from './pod-config.ts';

/** Milliseconds each step of cleaning up may take. */
const CLEANUP_TIMEOUT = 20_000;
/** Milliseconds between looks at a container's state. */
const POLL = 200;

export interface PodOptions {
  readonly machine: Machine;
  readonly client: CriClient;
  readonly context: SuiteContext;
  readonly sink: SampleSink;
  readonly signal: AbortSignal;
  /** Of the pod's cgroup and of each container in it, bytes. */
  readonly memoryLimit: number;
}

/**
 * A pod of one sample. `prepare` comes first, `remove` last; every call in between throws RuntimeRefusal when
 * the runtime refuses it, and ReproError `no-answer` when it doesn't answer.
 */
export class Pod {
  private readonly options: PodOptions;
  private readonly cgroup: PodCgroup;
  private readonly config: PodSandboxConfig;
  /** In the guest: the pod's logs, and what is read of its cgroup. */
  private readonly folder: string;
  private sandbox = '';

  constructor(options: PodOptions) {
    const { context, sink } = options;
    const uid = randomUUID();
    this.options = options;
    this.cgroup = { version: context.cgroup, driver: context.cgroupDriver, uid };
    this.folder = `/run/repro/cri/${uid}`;
    this.config = sandboxConfig({
      name: sink.slug,
      uid,
      cgroupParent: cgroupParent(this.cgroup),
      logDirectory: `${this.folder}/logs`,
    });
  }

  /** Makes the pod's cgroup. Throws ReproError `guest-script` when the guest can't. */
  async prepare(): Promise<void> {
    const { machine, memoryLimit, signal } = this.options;
    const script = `mkdir -p ${quote(`${this.folder}/logs`)}\n${createPodCgroup(this.cgroup, memoryLimit)}`;
    await runGuest(machine, "making the pod's cgroup", script, { signal });
  }

  async runSandbox(): Promise<void> {
    const { podSandboxId } = await this.options.client.call(
      'RunPodSandbox',
      { config: this.config },
      this.calls,
    );
    this.sandbox = podSandboxId;
  }

  /** Creates and starts a container; returns its id. */
  async start(name: string, command: readonly string[], attempt = 0): Promise<string> {
    const { client, machine, memoryLimit } = this.options;
    const capacity = machine.facts.memoryMiB * 1024 ** 2;
    const config = containerConfig(this.config, { name, command, attempt, memoryLimit, capacity });
    const request = { podSandboxId: this.sandbox, config, sandboxConfig: this.config };
    const { containerId } = await client.call('CreateContainer', request, this.calls);
    await client.call('StartContainer', { containerId }, this.calls);
    return containerId;
  }

  async status(containerId: string): Promise<ContainerStatus> {
    const { status } = await this.options.client.call('ContainerStatus', { containerId }, this.calls);
    if (status === null) throw new ReproError('cri-status', `ContainerStatus of ${containerId} is empty`);
    return status;
  }

  /** Whether the sandbox is ready: its own process, `pause`, is alive. */
  async ready(): Promise<boolean> {
    const request = { podSandboxId: this.sandbox };
    const { status } = await this.options.client.call('PodSandboxStatus', request, this.calls);
    return status?.state === 'SANDBOX_READY';
  }

  /** Looks at a container until `done`, or until `timeout` (ms of the machine's own time) is over; returns what was seen last. */
  async watch(
    containerId: string,
    done: (status: ContainerStatus) => boolean,
    timeout: number,
  ): Promise<ContainerStatus> {
    const allowed = new Allowance(timeout, this.options.machine.hostWait);
    for (;;) {
      const status = await this.status(containerId);
      if (done(status) || allowed.over) return status;
      await this.pause(POLL);
    }
  }

  /** Runs a command in a container; milliseconds it took, and how it ended. */
  async exec(
    containerId: string,
    cmd: readonly string[],
  ): Promise<{ ms: number; exitCode: number; output: string }> {
    const begin = performance.now();
    const request = { containerId, cmd, timeout: 0 };
    const { exitCode, stdout, stderr } = await this.options.client.call('ExecSync', request, this.calls);
    return { ms: performance.now() - begin, exitCode, output: `${stderr}${stdout}`.trim() };
  }

  /** Stops a container at once, and removes it. */
  async stop(containerId: string): Promise<void> {
    const { client } = this.options;
    await client.call('StopContainer', { containerId, timeout: 0 }, this.calls);
    await client.call('RemoveContainer', { containerId }, this.calls);
  }

  /** Milliseconds of doing nothing, cut short by the sample's end. */
  async pause(ms: number): Promise<void> {
    const { signal, context } = this.options;
    await context
      .guest(() => sleep(ms, undefined, { signal }))
      .catch((error) => {
        throw signal.aborted ? signal.reason : error;
      });
  }

  /**
   * Stops and removes whatever there is of the pod, reads its cgroup (whose peak outlives what was in it)
   * and its logs, and removes the cgroup. Never throws: what went wrong is kept as `cleanup.txt`.
   */
  async remove(): Promise<void> {
    const { machine, sink } = this.options;
    const troubles: string[] = [];
    const attempt = async (what: string, step: () => Promise<void>) => {
      if (machine.lost.aborted) return;
      await step().catch((error) => troubles.push(`${what}: ${messageOf(error)}`));
    };
    await attempt('removing the sandbox', () => this.removeSandboxes());
    await attempt("reading the pod's cgroup", () => this.collect());
    await attempt('keeping troubles', async () => {
      if (troubles.length > 0) await sink.keep('cleanup.txt', `${troubles.join('\n')}\n`);
    });
  }

  /** By label, because a call that failed may have made a sandbox all the same. */
  private async removeSandboxes(): Promise<void> {
    const { client } = this.options;
    const options = { timeout: CLEANUP_TIMEOUT };
    const labelSelector = { 'io.kubernetes.pod.uid': this.cgroup.uid };
    const { items } = await client.call('ListPodSandbox', { filter: { labelSelector } }, options);
    for (const { id: podSandboxId } of items) {
      await client.call('StopPodSandbox', { podSandboxId }, options);
      await client.call('RemovePodSandbox', { podSandboxId }, options);
    }
  }

  private async collect(): Promise<void> {
    const { machine, sink } = this.options;
    const script = `${readPodCgroup(this.cgroup, `${this.folder}/cgroup`)}
${collect(this.folder)}
${removePodCgroup(this.cgroup)}
rm -rf ${quote(this.folder)}`;
    const { stdout } = await machine.exec(script, { timeout: CLEANUP_TIMEOUT });
    await sink.keep('pod.txt', stdout);
    const files = [...parseCollected(stdout)];
    reportMemory([new Map(files.map(([name, text]) => [name.replace(/^cgroup\//, ''), text]))], sink);
  }

  private get calls(): CallOptions {
    return { signal: this.options.signal, timeout: this.options.context.cell.timeout * 1000 };
  }
}
