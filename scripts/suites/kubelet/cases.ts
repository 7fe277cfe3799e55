/**
 * The cases of the `kubelet` suite. The OOM cases are those of Kubernetes' node e2e suite
 * (`test/e2e_node/oomkiller_linux_test.go`), the others what a small pod must be able to do.
 *
 * What the kubelet, or the runtime below it, reports as an error of the pod ends the sample as failed, in its words.
 */
import type { SampleSink } from '../suite.ts';
import { killsGroup } from './config.ts';
import type { KubeletParams } from './description.ts';
import { type ContainerSpec, STATE } from './manifest.ts';
import type { Look, StaticPod } from './pod.ts';
import { describeContainer, type KubeletContainer } from './status.ts';

/** Bytes: of the only container, and what the OOM cases allocate; the machine's cgroup version. */
export interface CaseParams extends Pick<KubeletParams, 'memoryLimit' | 'allocate'> {
  readonly cgroup: 'v1' | 'v2';
}

export type PodCase = (pod: StaticPod, sink: SampleSink, params: CaseParams) => Promise<void>;

/** Milliseconds a pod has to stay up. */
const STAY_UP = 3_000;
/** Milliseconds until the kubelet has started a pod, or seen a container end, under emulation on a busy host. */
const TIMEOUT = 120_000;
/** Milliseconds by which the reason of an end may come after it. */
const REASON_TIMEOUT = 10_000;
/** Exit code of a process that SIGKILL ended. */
const KILLED = 137;
/** Part of the machine's memory that the node allocatable case asks for: more than pods may have, less than there is. */
const NEARLY_ALL = 0.97;

/** The container that is watched. */
const APP = 'app';

const app = (command: readonly string[], memoryLimit: number | undefined): ContainerSpec => ({
  name: APP,
  command,
  memoryLimit,
});

/** The container as it was last seen. */
function find({ pod }: Look): KubeletContainer | undefined {
  return pod?.containers.find(({ name }) => name === APP);
}

interface Wanted {
  readonly should: string;
  readonly is: (container: KubeletContainer, look: Look) => boolean;
  readonly timeout?: number;
}

/** Watches until the container is as it should be, and reports what is wrong when it isn't. Whether it is. */
async function expectThat(
  pod: StaticPod,
  sink: SampleSink,
  { should, is, timeout = TIMEOUT }: Wanted,
): Promise<boolean> {
  const good = (look: Look) => {
    const container = find(look);
    return container !== undefined && is(container, look);
  };
  const look = await pod.watch(good, timeout);
  if (good(look)) return true;
  await pod.mustHaveNode();
  for (const error of look.errors) sink.error(error);
  if (look.errors.length === 0) {
    const container = find(look);
    const seen = container === undefined ? 'the kubelet has no status of it' : describeContainer(container);
    sink.error(`container ${APP} should ${should}, but: ${seen}`);
  }
  return false;
}

/** A container of which nothing is known. */
const NONE: KubeletContainer = {
  name: '',
  last: undefined,
  ready: false,
  restarts: 0,
  state: { kind: 'waiting', reason: '', exitCode: undefined, message: '' },
};

const running = ({ state }: KubeletContainer) => state.kind === 'running';

/** After a while, the container must still be the same one. */
async function staysUp(pod: StaticPod, sink: SampleSink, restarts = 0): Promise<void> {
  await pod.pause(STAY_UP);
  const still = (container: KubeletContainer) => running(container) && container.restarts === restarts;
  await expectThat(pod, sink, { should: 'stay up', is: still, timeout: 0 });
}

const podStart: PodCase = async (pod, sink, { memoryLimit }) => {
  const begin = performance.now();
  await pod.place({ restart: 'Always', containers: [app(['sleep', '3600'], memoryLimit)] });
  if (!(await expectThat(pod, sink, { should: 'run', is: running }))) return;
  sink.metric('pod.start', { value: Math.round(performance.now() - begin), unit: 'ms' });
  await staysUp(pod, sink);
};

const restart: PodCase = async (pod, sink, { memoryLimit }) => {
  const script = `[ -e ${STATE}/ran ] && exec sleep 3600; : >${STATE}/ran; sleep 1`;
  await pod.place({ restart: 'Always', containers: [app(['sh', '-c', script], memoryLimit)] });
  const again = (container: KubeletContainer) => running(container) && container.restarts === 1;
  if (await expectThat(pod, sink, { should: 'run again after its end', is: again }))
    await staysUp(pod, sink, 1);
};

const execProbe: PodCase = async (pod, sink, { memoryLimit }) => {
  const container = { ...app(['sleep', '3600'], memoryLimit), probe: ['true'] };
  await pod.place({ restart: 'Always', containers: [container] });
  const ready = (one: KubeletContainer) => running(one) && one.ready;
  if (await expectThat(pod, sink, { should: 'be ready by its probe', is: ready })) await staysUp(pod, sink);
};

/** dd allocates its block in one piece; the wait lets the start be over first, as in the original. */
const allocating = (bytes: number) => `sleep 1 && exec dd if=/dev/zero of=/dev/null bs=${bytes} count=1`;

/**
 * The container must be OOMKilled; the reason may come after the end. containerd may miss the kernel's OOM event of a
 * container that ends at once, and then the kubelet says Error: where the kernel has logged the kill, that is told as
 * `oom.unreported`, for the case asks whether the kill was this container's.
 */
async function expectOomKilled(pod: StaticPod, sink: SampleSink): Promise<void> {
  const ended = ({ state }: KubeletContainer) => state.kind === 'terminated';
  if (!(await expectThat(pod, sink, { should: 'end', is: ended }))) return;
  const wasKilled = ({ state }: KubeletContainer) => state.kind === 'terminated' && state.exitCode === KILLED;
  const reported = (one: KubeletContainer) => wasKilled(one) && one.state.reason === 'OOMKilled';
  const late = await pod.watch((look) => reported(find(look) ?? NONE), REASON_TIMEOUT);
  const last = find(late) ?? NONE;
  if (!reported(last) && wasKilled(last) && (await pod.kernelKills()) > 0) {
    sink.metric('oom.unreported', { value: 1, unit: 'events' });
    return;
  }
  const should = `be OOMKilled with exit code ${KILLED}`;
  await expectThat(pod, sink, { should, is: reported, timeout: 0 });
}

const singleContainer: PodCase = async (pod, sink, { memoryLimit, allocate }) => {
  sink.expectOomKills('dd');
  await pod.place({
    restart: 'Never',
    containers: [app(['sh', '-c', allocating(allocate)], memoryLimit)],
  });
  await expectOomKilled(pod, sink);
};

const initContainer: PodCase = async (pod, sink, { memoryLimit, allocate }) => {
  sink.expectOomKills('dd');
  await pod.place({
    restart: 'Never',
    initContainers: [app(['sh', '-c', allocating(allocate)], memoryLimit)],
    containers: [{ name: 'after', command: ['true'], memoryLimit }],
  });
  await expectOomKilled(pod, sink);
};

/** One of several processes is killed: the others go on, or, where the kernel kills by container, end with it. */
const severalProcesses: PodCase = async (pod, sink, { memoryLimit, allocate, cgroup }) => {
  sink.expectOomKills('dd');
  const group = killsGroup(pod.node.minor, cgroup);
  if (group) sink.expectOomKills('sh', 'sleep');
  const script = `(${allocating(allocate)}); echo "dd ended with $?"; exec sleep 3600`;
  await pod.place({ restart: 'Never', containers: [app(['sh', '-c', script], memoryLimit)] });
  if (group) return expectOomKilled(pod, sink);
  const goesOn = (one: KubeletContainer, { output }: Look) =>
    running(one) && output.includes(`dd ended with ${KILLED}`);
  if (await expectThat(pod, sink, { should: 'go on after one of its processes was killed', is: goesOn }))
    await staysUp(pod, sink);
};

/** A container without a limit takes more than all pods may have together. */
const nodeAllocatable: PodCase = async (pod, sink) => {
  sink.expectOomKills('dd');
  const { memoryBytes, allocatableBytes } = pod.node;
  if (allocatableBytes > 0) sink.metric('node.allocatable', { value: allocatableBytes, unit: 'bytes' });
  const bytes = Math.floor(memoryBytes * NEARLY_ALL);
  await pod.place({ restart: 'Never', containers: [app(['sh', '-c', allocating(bytes)], undefined)] });
  await expectOomKilled(pod, sink);
};

/** Case id -> what it does. What is left of the pod is removed afterwards. */
export const CASES: Readonly<Record<string, PodCase>> = {
  'pod-start': podStart,
  restart,
  'exec-probe': execProbe,
  'single-container-oom': singleContainer,
  'init-container-oom': initContainer,
  'several-processes-oom': severalProcesses,
  'node-allocatable-oom': nodeAllocatable,
};
