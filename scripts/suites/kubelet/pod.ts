/** One static pod of a sample: placed, watched through the kubelet, and taken away again. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine } from '../../../vm/machine.ts';
import { messageOf, ReproError } from '../../lib/errors.ts';
import { Allowance, stretched } from '../../lib/limit.ts';
import { memoryRoot, reportMemory } from '../cgroup-memory.ts';
import { type PodCgroup, podCgroupPath, readPodCgroup } from '../cri/pod-cgroup.ts';
import { collect, parseCollected, quote, runGuest, writeFile } from '../guest-shell.ts';
import type { SampleSink, SuiteContext } from '../suite.ts';
import { LOG_FILE, PODS_URL } from './config.ts';
import { manifest, manifestFile, type PodSpec } from './manifest.ts';
import { daemonGone, type Node } from './node.ts';
import { kubeletErrors, type PodStatus, podStatus } from './status.ts';

/** Milliseconds between looks at the pod. */
const POLL = 400;
/** Milliseconds that a look may take: a node that is out of memory answers late, and that is no failure of the machine. */
const LOOK_TIMEOUT = 180_000;
/** Seconds until the kubelet has ended a pod and removed its cgroup. */
const GONE_SECONDS = 60;
/** Stands between the parts of what a look prints. */
const CUT = '----repro----';

export interface Look {
  /** Undefined while the kubelet doesn't know the pod. */
  readonly pod: PodStatus | undefined;
  /** The pod's errors in the kubelet's log so far. */
  readonly errors: readonly string[];
  /** Last lines that its containers wrote. */
  readonly output: string;
}

export interface PodOptions {
  readonly machine: Machine;
  readonly context: SuiteContext;
  readonly node: Node;
  readonly sink: SampleSink;
  readonly signal: AbortSignal;
}

export class StaticPod {
  readonly node: Node;
  private readonly options: PodOptions;
  private readonly uid = randomUUID();
  /** In the guest: what is read of the pod's cgroup. */
  private readonly folder = `/run/repro/kubelet/${this.uid}`;
  private cgroup: PodCgroup;

  constructor(options: PodOptions) {
    const { context, node } = options;
    this.options = options;
    this.node = node;
    this.cgroup = { version: context.cgroup, driver: node.driver, uid: this.uid };
  }

  /** Hands the pod to the kubelet. Throws ReproError `guest-script`. */
  async place(pod: PodSpec): Promise<void> {
    const { machine, sink, signal } = this.options;
    if (!pod.containers.some(({ memoryLimit }) => memoryLimit !== undefined))
      this.cgroup = { ...this.cgroup, qos: 'besteffort' };
    const text = manifest(sink.slug, this.uid, pod);
    // Under its name only when it is whole: the kubelet watches the folder, and leaves out names with a dot before them.
    const file = manifestFile(this.uid);
    const part = file.replace(/\/([^/]*)$/, '/.$1');
    const script = `set -e\n${writeFile(part, text)}\nmv ${quote(part)} ${quote(file)}`;
    await runGuest(machine, "writing the pod's manifest", script, { signal });
  }

  /** Throws ReproError `kubelet-died`, `containerd-died` or `no-answer` when there is no kubelet to ask. */
  async look(): Promise<Look> {
    const { machine, signal } = this.options;
    const script = `busybox wget -q -T ${stretched(20, machine.hostWait)} -O - ${PODS_URL} || exit 7
echo
echo ${CUT}
grep -aF ${this.uid} ${LOG_FILE} | grep -aE 'with \\w+Error: ' | tail -n 20
echo ${CUT}
cat /var/log/pods/*_${this.uid}/*/*.log 2>/dev/null | tail -n 20`;
    const { exitCode, stdout } = await machine.exec(script, { signal, timeout: LOOK_TIMEOUT });
    const [json = '', log = '', output = ''] = stdout.split(`${CUT}\n`);
    if (exitCode === 7 || json.trim() === '') {
      await this.mustHaveNode();
      throw new ReproError('no-answer', 'the kubelet gave no answer when asked for its pods');
    }
    return { pod: podStatus(json, this.uid), errors: kubeletErrors(log), output };
  }

  /**
   * How many processes of the pod the OOM killer ended in this sample, by the kernel's log: the pod's cgroup, which counts
   * them, too, may be gone as soon as its container has ended.
   */
  async kernelKills(): Promise<number> {
    const { machine, signal } = this.options;
    // The systemd driver writes the UID with underscores.
    const pod = `oom-kill:.*pod(${this.uid}|${this.uid.replaceAll('-', '_')})`;
    const { stdout } = await machine.exec(`dmesg --kernel | grep -acE ${quote(pod)}`, {
      signal,
      timeout: LOOK_TIMEOUT,
    });
    return Number(stdout);
  }

  /**
   * Looks until `done`, until the kubelet's log has an error of the pod, or until `timeout` (ms of the machine's own
   * time) is over; returns what was seen last. The first error ends it: the kubelet would try again, and the failure is
   * what is asked about.
   */
  async watch(done: (look: Look) => boolean, timeout: number): Promise<Look> {
    const allowed = new Allowance(timeout, this.options.machine.hostWait);
    for (;;) {
      const look = await this.look().catch((error) => {
        if (isLate(error) && !allowed.over) return undefined;
        throw error;
      });
      const over = look !== undefined && (done(look) || look.errors.length > 0 || allowed.over);
      if (over) return look;
      await this.pause(POLL);
    }
  }

  /** Throws ReproError `kubelet-died` or `containerd-died`: without them every pod fails, which is no answer. */
  async mustHaveNode(): Promise<void> {
    const { machine, sink } = this.options;
    const gone = await daemonGone(machine, (name, text) => sink.keep(name, text));
    if (gone !== undefined) throw gone;
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
   * Reads the pod's cgroup, its status and its lines of the log, takes the manifest away and waits until the kubelet
   * has ended the pod: its memory must not be the next sample's. Never throws: what went wrong is kept as `cleanup.txt`.
   */
  async remove(): Promise<void> {
    const { machine, sink } = this.options;
    if (machine.lost.aborted) return;
    try {
      const { stdout } = await machine.exec(this.removal(), { timeout: (GONE_SECONDS + 30) * 1000 });
      const [files = '', status = '', log = '', output = '', left = ''] = stdout.split(`${CUT}\n`);
      await sink.keep('pod.txt', files);
      await sink.keep('pods.json', status);
      await sink.keep('kubelet.log', log);
      await sink.keep('container.log', output);
      if (left.trim() !== '') await sink.keep('cleanup.txt', left);
      reportMemory([parseCollected(files)], sink);
    } catch (error) {
      await sink.keep('cleanup.txt', `${messageOf(error)}\n`).catch(() => undefined);
    }
  }

  private get cgroupFolder(): string {
    return `${memoryRoot(this.cgroup.version)}${podCgroupPath(this.cgroup)}`;
  }

  private removal(): string {
    const cgroup = this.cgroupFolder;
    const { hostWait } = this.options.machine;
    return `${readPodCgroup(this.cgroup, this.folder)}
${collect(this.folder)}
echo ${CUT}
busybox wget -q -T ${stretched(20, hostWait)} -O - ${PODS_URL}
echo
echo ${CUT}
grep -aF ${this.uid} ${LOG_FILE} | tail -n 200
echo ${CUT}
cat /var/log/pods/*_${this.uid}/*/*.log 2>/dev/null | tail -n 100
echo ${CUT}
rm -rf ${quote(manifestFile(this.uid))} ${quote(this.folder)}
tries=0
while [ -d ${quote(cgroup)} ]; do
  [ $tries -lt ${stretched(GONE_SECONDS * 4, hostWait)} ] || { echo "after ${GONE_SECONDS} s the pod's cgroup is still there: ${cgroup}"; break; }
  sleep 0.25
  tries=$((tries + 1))
done
true`;
  }
}

/** The kubelet is there and said nothing in time. */
function isLate(error: unknown): boolean {
  return error instanceof ReproError && error.code === 'no-answer';
}
