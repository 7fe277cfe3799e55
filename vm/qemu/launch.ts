/** Starts one QEMU with everything that goes with it: its control socket, the agent's link, the console. */
import { join } from 'node:path';
import type { Image, Kernel } from '../../scripts/artifact/types.ts';
import { MachineError, messageOf } from '../../scripts/lib/errors.ts';
import { abortError, orAborted } from '../../scripts/lib/exec.ts';
import type { HostWait } from '../../scripts/lib/limit.ts';
import { AgentLink } from '../agent/link.ts';
import { listenOnce } from '../agent/listen.ts';
import { ConsoleReader, consoleTail } from '../console.ts';
import { cutLog, watchLogs } from '../log-limit.ts';
import type { MachineSpec } from '../machine.ts';
import { startProxy } from '../network/proxy.ts';
import type { Phases } from '../phases.ts';
import { type Disk, kernelArgs, layerSerial, type Memory, qemuArgv } from './argv.ts';
import type { Host } from './emulator.ts';
import { QemuWait, readDelays } from './host-wait.ts';
import { lastWords, type QemuProcess, startQemu } from './process.ts';
import { Qmp } from './qmp.ts';

/** A machine whose image and kernel are on this host: QEMU brings neither. */
export interface QemuSpec extends MachineSpec {
  readonly image: Image;
  readonly kernel: Kernel;
}

export interface LaunchRequest {
  readonly host: Host;
  readonly spec: QemuSpec;
  readonly memory: Memory;
  readonly scratch: Pick<Disk, 'file' | 'mode'>;
  /** Start without running, for a state that is to come. */
  readonly incoming: boolean;
  /** For temporary files. */
  readonly dir: string;
  /** For sockets; its path is short. */
  readonly sockets: string;
  /** Told as soon as QEMU runs, before anything else can fail. */
  readonly started: (process: QemuProcess) => Promise<void>;
  readonly phases?: Phases | undefined;
}

export interface Launched {
  readonly process: QemuProcess;
  readonly qmp: Qmp;
  readonly link: AgentLink;
  readonly console: ConsoleReader;
  readonly hostWait: HostWait;
}

/** What of a machine's specification decides how it is when it has booted. */
export type BootSpec = Pick<
  QemuSpec,
  'image' | 'kernel' | 'cgroup' | 'cpus' | 'memoryMiB' | 'diskMiB' | 'kernelArgs'
>;

/** Everything that decides how a machine is when it has booted, but for the host: a snapshot's inputs. */
export function bootInputs(spec: BootSpec): string[] {
  const { image, kernel, cgroup, cpus, memoryMiB, diskMiB } = spec;
  return [
    `image ${image.layer.sha256}`,
    `kernel ${kernel.sha256}`,
    `modules ${kernel.modules.sha256}`,
    `cpus ${cpus}, memory ${memoryMiB} MiB, disk ${diskMiB} MiB`,
    kernelArgs({ cgroup, ...(spec.kernelArgs ? { extra: spec.kernelArgs } : {}) }).join(' '),
  ];
}

/** A machine whose state is to come has the disks that it was saved with; its layers are plugged in then. */
function disks({ spec, scratch, incoming }: LaunchRequest): Disk[] {
  const layers: Disk[] = spec.layers.map(({ sha256, file }) => ({
    serial: layerSerial(sha256),
    file,
    mode: 'read-only',
  }));
  return [
    { serial: 'base', file: spec.image.layer.file, mode: 'read-only' },
    { serial: 'modules', file: spec.kernel.modules.file, mode: 'read-only' },
    { serial: 'scratch', ...scratch },
    ...(incoming ? [] : layers),
  ];
}

export function consoleLog(spec: Pick<MachineSpec, 'logDir'>): string {
  return join(spec.logDir, 'console.log');
}

export function qemuLog(spec: Pick<MachineSpec, 'logDir'>): string {
  return join(spec.logDir, 'qemu.log');
}

/** Throws MachineError, and `signal`'s reason. QEMU may run by then: `started` was told. */
export async function launch(request: LaunchRequest, signal: AbortSignal): Promise<Launched> {
  const { host, spec, dir, sockets } = request;
  const agentSocket = join(sockets, 'agent');
  const qmpSocket = join(sockets, 'qmp');
  // Where the guest's way out listens.
  const proxySocket = join(sockets, 'proxy');
  using agent = await listenOnce(agentSocket);
  const argv = qemuArgv({
    binary: host.emulator.binary,
    version: host.emulator.major,
    accelerator: host.accelerator,
    name: `repro-${spec.session}-${spec.id}`,
    cpus: spec.cpus,
    memoryMiB: spec.memoryMiB,
    memory: request.memory,
    incoming: request.incoming,
    kernel: spec.kernel.vmlinuz,
    initrd: spec.kernel.initrd,
    kernelArgs: kernelArgs({
      cgroup: spec.cgroup,
      ...(spec.kernelArgs ? { extra: spec.kernelArgs } : {}),
    }),
    disks: disks(request),
    serialLog: consoleLog(spec),
    qmpSocket,
    agentSocket,
    network: spec.network === false ? 'isolated' : { proxySocket },
  });
  const proxy = spec.network === false ? undefined : await startProxy(proxySocket, spec.network);
  const process = await startQemu(argv, { log: qemuLog(spec), tmpDir: dir }).catch((error) => {
    proxy?.[Symbol.dispose]();
    throw error;
  });
  process.ended.addEventListener('abort', () => proxy?.[Symbol.dispose](), { once: true });
  await request.started(process);
  const alive = AbortSignal.any([signal, process.ended]);
  const hostWait = new QemuWait(() => readDelays(process.id.pid));
  const qmp = await Qmp.connect(qmpSocket, alive, hostWait);
  const link = new AgentLink(await orAborted(agent.socket, alive), hostWait);
  watchAgent(qmp, link);
  const console = new ConsoleReader(consoleLog(spec));
  const logs = watchLogs(() => Promise.all([console.state(), cutLog(qemuLog(spec))]));
  process.ended.addEventListener('abort', () => logs[Symbol.dispose](), { once: true });
  return { process, qmp, link, hostWait, console };
}

/** A port that the guest closed doesn't close the host's end of it: only QEMU tells. */
function watchAgent(qmp: Qmp, link: AgentLink): void {
  qmp.onEvent(({ name, data }) => {
    if (name === 'VSERPORT_CHANGE' && data.id === 'agent' && data.open === false) {
      link.lose(new MachineError('lost', 'the agent in the machine ended'));
    }
  });
}

export interface Attempt {
  readonly spec: MachineSpec;
  /** The user's. */
  readonly signal: AbortSignal;
  /** Aborted when its time is over, with what is to be said of that. */
  readonly late: AbortSignal;
  /** Undefined until QEMU runs. */
  readonly process: QemuProcess | undefined;
}

/** Turns whatever ended a start into one MachineError with the console's last lines; an interrupt stays one. */
export async function explainStart(error: unknown, attempt: Attempt): Promise<Error> {
  const { spec, signal, late, process } = attempt;
  if (signal.aborted) return abortError(signal);
  const console = new ConsoleReader(consoleLog(spec));
  const state = await console.state();
  const tail = consoleTail(await console.read());
  const details = { consoleTail: tail, cause: error };
  if (state.kind === 'panic') return new MachineError('panic', state.why, details);
  if (state.kind === 'failed') return new MachineError('boot-failed', state.why, details);
  if (process?.ended.aborted) {
    const why = `${process.ended.reason.message} before the guest was ready${await lastWords(qemuLog(spec))}`;
    return new MachineError('boot-failed', why, details);
  }
  if (late.aborted) return new MachineError('boot-timeout', messageOf(late.reason), details);
  if (error instanceof MachineError) return new MachineError(error.code, error.message, details);
  return error instanceof Error ? error : new Error(String(error));
}
