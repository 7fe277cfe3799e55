/**
 * The cases of the `cri` suite. They follow the OOMKiller tests of Kubernetes' node e2e suite
 * (`test/e2e_node/oomkiller_linux_test.go`): pods of one container whose limit is the pod's.
 *
 * A case throws RuntimeRefusal for a call that the runtime refused; every other way to fail is a `sink.error`.
 */
import { lastLines } from '../guest-shell.ts';
import type { SampleSink } from '../suite.ts';
import type { CriParams } from './description.ts';
import type { ContainerStatus } from './messages.ts';
import type { Pod } from './pod.ts';

export type PodCase = (pod: Pod, sink: SampleSink, params: CriParams) => Promise<void>;

/** Milliseconds a pod has to stay up. */
const STAY_UP = 1_500;
/** Milliseconds until a container that ends by itself has ended, under emulation. */
const EXIT_TIMEOUT = 60_000;
/** Milliseconds by which the report of an OOM kill may be later than that of the exit: two events of the runtime. */
const REASON_TIMEOUT = 5_000;
/** Exit code of a process that SIGKILL ended. */
const KILLED = 137;
const PROBES = 3;
const SLEEP = ['sleep', '3600'];

const exited = ({ state }: ContainerStatus) => state === 'CONTAINER_EXITED';

/** Reports what is wrong with a container, and a pod, that should be up. */
async function mustRun(pod: Pod, name: string, containerId: string, sink: SampleSink): Promise<void> {
  const status = await pod.status(containerId);
  if (status.state !== 'CONTAINER_RUNNING') sink.error(`container ${name} does not run: ${describe(status)}`);
  if (!(await pod.ready())) sink.error("the pod's sandbox is not ready: its own process has ended");
}

/** Runs a container that allocates beyond its limit, and expects that it, and nothing else, is killed for it. */
async function oomTarget(pod: Pod, name: string, sink: SampleSink, params: CriParams): Promise<void> {
  sink.expectOomKills('dd');
  await pod.runSandbox();
  // dd allocates its block in one piece; the wait lets the start be over first, as in the original.
  const dd = `dd if=/dev/zero of=/dev/null bs=${params.allocate} count=1`;
  const id = await pod.start(name, ['sh', '-c', `sleep 1 && exec ${dd}`]);
  let status = await pod.watch(id, exited, EXIT_TIMEOUT);
  if (exited(status)) status = await pod.watch(id, ({ reason }) => reason === 'OOMKilled', REASON_TIMEOUT);
  if (!exited(status) || status.reason !== 'OOMKilled' || status.exitCode !== KILLED) {
    sink.error(`container ${name} should be OOMKilled with exit code ${KILLED}, but: ${describe(status)}`);
  }
  if (!(await pod.ready())) sink.error("the pod's sandbox is not ready: its own process has ended");
}

const podStart: PodCase = async (pod, sink) => {
  const begin = performance.now();
  await pod.runSandbox();
  const id = await pod.start('app', SLEEP);
  sink.metric('pod.start', { value: milliseconds(performance.now() - begin), unit: 'ms' });
  await pod.pause(STAY_UP);
  await mustRun(pod, 'app', id, sink);
  await pod.stop(id);
};

const restart: PodCase = async (pod, sink) => {
  await pod.runSandbox();
  const first = await pod.start('app', ['true']);
  const status = await pod.watch(first, exited, EXIT_TIMEOUT);
  if (!exited(status) || status.exitCode !== 0) {
    sink.error(`container app should end with exit code 0, but: ${describe(status)}`);
  }
  const second = await pod.start('app', SLEEP, 1);
  await pod.pause(STAY_UP);
  await mustRun(pod, 'app', second, sink);
  await pod.stop(second);
};

/** `exec.time` is the median of the probes. */
const execProbe: PodCase = async (pod, sink) => {
  await pod.runSandbox();
  const id = await pod.start('app', SLEEP);
  const times: number[] = [];
  for (let probe = 1; probe <= PROBES; probe++) {
    const { ms, exitCode, output } = await pod.exec(id, ['true']);
    times.push(ms);
    if (exitCode !== 0) {
      sink.error(`exec probe ${probe} of ${PROBES}: exit code ${exitCode}: ${lastLines(output, 5)}`);
    }
  }
  const median = times.sort((a, b) => a - b)[Math.floor(PROBES / 2)] ?? 0;
  sink.metric('exec.time', { value: milliseconds(median), unit: 'ms' });
  await mustRun(pod, 'app', id, sink);
  await pod.stop(id);
};

/** Case id -> what it does. The pod's cgroup is there already; what is left of the pod is removed afterwards. */
export const CASES: Readonly<Record<string, PodCase>> = {
  'pod-start': podStart,
  'single-container-oom': (pod, sink, params) => oomTarget(pod, 'oomkill-target-container', sink, params),
  // The pod's container proper would follow only if its init container succeeded.
  'init-container-oom': (pod, sink, params) => oomTarget(pod, 'oomkill-target-init-container', sink, params),
  restart,
  'exec-probe': execProbe,
};

function describe({ state, reason, exitCode, message }: ContainerStatus): string {
  const parts = [`state ${state}`, `reason '${reason}'`, `exit code ${exitCode}`, message].filter(
    (part) => part !== '',
  );
  return parts.join(', ');
}

function milliseconds(value: number): number {
  return Math.round(value * 10) / 10;
}
