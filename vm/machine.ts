/** The seam between what is tested and what it runs on. Everything outside `vm/` sees these types only. */
import type { Image, Kernel, Layer } from '../scripts/artifact/types.ts';
import type { HostWait } from '../scripts/lib/limit.ts';
import type { NetworkAccess } from '../scripts/lib/network.ts';

/** Bytes of stdout, and of stderr, that a command may write, unless `maxOutput` says otherwise. */
export const MAX_OUTPUT = 8 * 2 ** 20;

export interface ExecOptions {
  /**
   * Milliseconds of the machine's own time: what its host lets it wait isn't counted. Past it the command is killed and
   * a MachineError `exec-timeout` is thrown. Default 60 000.
   */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly stdin?: string;
  /**
   * Bytes of each stream that are enough, half of them from its beginning and half from its end. For texts that people
   * read: without it, a stream that is longer than MAX_OUTPUT is no answer but an error.
   */
  readonly maxOutput?: number;
}

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes that were left out; a line in the text says so, too. Undefined when all is there. */
  readonly truncated?: { readonly stdout: number; readonly stderr: number };
}

/** A booted environment that runs commands as root. Disposing of it stops it; its console and logs stay. */
export interface Machine extends AsyncDisposable {
  readonly id: string;
  readonly facts: MachineFacts;
  /** Aborted, with a MachineError as its reason, as soon as the machine is known to be gone. */
  readonly lost: AbortSignal;
  /** How long its host lets it wait for a CPU; undefined where that can't be told. Limits of time stand still then. */
  readonly hostWait?: HostWait | undefined;
  /**
   * Runs a command: an argv, or a text that `/bin/sh` runs. A non-zero exit is a result, not an error.
   * Throws MachineError when the machine is lost or the command outlives its time, ReproError `output-too-large` when
   * it wrote more than MAX_OUTPUT and `maxOutput` didn't allow for that.
   */
  exec(command: string | readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /** A file with its permissions; of a link, what it leads to. Throws ReproError `copy`. */
  copyIn(hostPath: string, guestPath: string): Promise<void>;
  /**
   * Likewise, but on the host nobody else may write to it, and it runs as nobody else (no setuid). Throws ReproError
   * `copy`, also for a file that is too large: a guest must not fill the host's disk.
   */
  copyOut(guestPath: string, hostPath: string): Promise<void>;
  /** Takes on layers: their `/usr` is merged over the machine's, later ones on top. */
  attach(layers: readonly Layer[]): Promise<void>;
  /** Makes a unix socket of the guest reachable; returns the path of a unix socket on the host. */
  forward(guestSocket: string): Promise<string>;
  /**
   * Gives what the kernel logs, from the boot on and as it comes: records of /dev/kmsg, whole, a line each. A gap in
   * their sequence numbers is a part of the log that was overwritten before it could be read. One follower a machine:
   * another goes on where the last one was.
   */
  followLog(listener: (records: string) => void): LogFollower;
  /**
   * Where the kernel is not the machine's own: which part of the kernel's log is. `followLog` gives all of it then, and
   * whoever reads it takes what belongs to the machine alone.
   */
  readonly sharedLog?: SharedLog | undefined;
  /** Everything the console printed so far. */
  console(): Promise<string>;
  /** A command that opens a shell on it while it runs; the first call makes the machine ready for it. */
  shell(): Promise<readonly string[]>;
  /** What it takes of the host at the moment. Throws when the machine is gone, or where the host can't tell. */
  usage(): Promise<MachineUsage>;
  /** Its host right now; absent where nobody can tell. */
  readonly host?: (() => HostMoment) | undefined;
  /** Where the time of its start went, finer than `facts.bootPhases`; absent where nobody can tell. */
  readonly startPhases?: (() => Promise<readonly StartPhase[]>) | undefined;
}

/** Milliseconds of one phase of a start. */
export interface StartPhase {
  readonly name: string;
  readonly ms: number;
}

/** A kernel's log that is of others, too. */
export interface SharedLog {
  /** Whose it is, in a few words: `this host's`. */
  readonly whose: string;
  /** What the folder of the machine's cgroups has in its name, and no other: paths of the kernel's are told apart by it. */
  readonly cgroup: string;
}

/** How the host of a machine is at one moment. */
export interface HostMoment {
  /** Tasks that run or could run, on all CPUs together. */
  readonly running: number | undefined;
  /** Of all CPUs since the host booted, in ticks. */
  readonly ticks: { readonly steal: number; readonly all: number } | undefined;
  /** Microseconds since the host booted in which some task waited, by PSI. */
  readonly stalled: { readonly cpu: number | undefined; readonly memory: number | undefined };
  /** Milliseconds, of the clock that steps and of the one that doesn't. */
  readonly wall: number;
  readonly monotonic: number;
}

export interface LogFollower {
  /** Answered once the listener was given all that the kernel had logged when this was asked. Throws MachineError. */
  catchUp(): Promise<LogPosition>;
}

export interface LogPosition {
  /** OOM kills since the machine booted, as the kernel counts them; undefined where it doesn't (before Linux 4.13). */
  readonly oomKills: number | undefined;
}

export interface MachineUsage {
  /** Host memory that this machine alone holds: what would be free without it. */
  readonly memoryBytes: number;
}

export interface MachineFacts {
  /** Kind of its provider. */
  readonly provider: string;
  readonly accelerator: string;
  readonly emulator: string;
  readonly kernel: string;
  readonly cgroup: 'v1' | 'v2';
  readonly cpus: number;
  readonly memoryMiB: number;
  /** `warm`: it was restored from a snapshot. */
  readonly start: 'cold' | 'warm';
  /** Milliseconds that `allocate` took, by phase, in order; up to `answer`, the first command's, it boots. */
  readonly bootPhases: readonly StartPhase[];
}

export interface MachineSpec {
  /** Unique in a session; safe as a file name. */
  readonly id: string;
  readonly session: string;
  /** Undefined where the provider's machines have their own (`Limits.fixed`); so is `kernel`. */
  readonly image: Image | undefined;
  readonly kernel: Kernel | undefined;
  readonly cgroup: 'v1' | 'v2';
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  /** What it may reach; false: nothing. */
  readonly network: NetworkAccess | false;
  /** Attached by `allocate`; more can be attached later. */
  readonly layers: readonly Layer[];
  /** Where console, serial log and the emulator's own output are kept. */
  readonly logDir: string;
  /** Leave it running when disposed of. */
  readonly keep: boolean;
  /** Milliseconds of its own time that it may take to answer the first command. */
  readonly bootTimeout: number;
  /** Appended to the kernel command line. */
  readonly kernelArgs?: readonly string[];
  /** Boot it, even where it could be restored from a snapshot. */
  readonly cold?: boolean;
  /** Told what is worth a line: that a snapshot was thrown away, and why. */
  readonly notice?: (line: string) => void;
}

export interface Capabilities {
  readonly provider: string;
  readonly version: string;
  /** What reports call it: `QEMU 7.2.22`. */
  readonly name: string;
  readonly accelerator: string;
  /** Why this accelerator, in a sentence. */
  readonly why: string;
}

export interface ReapedMachine {
  readonly id: string;
  readonly session: string;
  /** Of its process on this host, where it has one. */
  readonly pid?: number | undefined;
}

/** Files that are expensive to make, kept from run to run: each entry is a folder, made once and checked before use. */
export interface Store {
  /** The folder of the entry that these inputs decide; `make` fills it if need be. */
  entry(request: StoreRequest, signal: AbortSignal): Promise<{ readonly dir: string }>;
  /** Whether it is there, unchecked. */
  has(request: StoreRequest): Promise<boolean>;
  /** Throws an entry away. */
  discard(request: StoreRequest): Promise<void>;
}

export interface StoreRequest {
  readonly kind: string;
  /** For people. */
  readonly name: string;
  readonly inputs: readonly string[];
  /** Whether `make` needs the network. */
  readonly network: boolean;
  readonly make: (dir: string, signal: AbortSignal) => Promise<void>;
}

/**
 * What a scenario may ask of machines, and a provider may be unable to give. `components`: runc, containerd, …;
 * `kernelEvents`: to know whether the kernel said something of the machine that is no OOM kill; `pods`: that they start.
 */
export type Ability =
  | 'kernel'
  | 'cgroup'
  | 'image'
  | 'cpus'
  | 'memory'
  | 'disk'
  | 'network'
  | 'components'
  | 'kernelEvents'
  | 'pods';

/** What all machines of a provider have in common, whatever a scenario asks for. */
export interface Fixed {
  /** What they have, as a scenario would say it: `v1`, `2`, `1024Mi`. Undefined: nothing that a scenario can say. */
  readonly value?: string | undefined;
  /** Why, as what follows *because*: `its machines run on the kernel of this host, Linux 6.1.0`. */
  readonly why: string;
}

/** What a provider can't do on this host. */
export interface Limits {
  /** Why it can make no machine here, as what follows *because*; undefined when it can. */
  readonly unusable?: string | undefined;
  readonly fixed: Readonly<Partial<Record<Ability, Fixed>>>;
  /** The most that a machine can have: CPUs, MiB of memory. */
  readonly most?: Readonly<
    Partial<Record<'cpus' | 'memory', { readonly value: number; readonly why: string }>>
  >;
}

/** A program of this host that is needed. */
export interface Tool {
  readonly program: string;
  /** The Debian package that brings it. */
  readonly package: string;
  /** What it does, as what follows its name: `runs the machines`. */
  readonly why: string;
  /** Arguments that make it print its version. */
  readonly version: readonly string[];
}

/**
 * What is to be known of a kind of machines before any code of it is loaded: an entry of `vm/providers.ts`. Data
 * alone; whoever shows help, checks scenarios or looks for tools reads it.
 */
export interface ProviderCard {
  /** Its name in scenarios, on the command line and in reports, and its folder's below `vm/`. */
  readonly kind: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** What it needs beside what every run does. */
  readonly tools: readonly Tool[];
  /** MiB of this host that a machine may come to hold, at most, by the memory (MiB) that it shows its guest. */
  readonly mostMiB: (memoryMiB: number) => number;
  /** What happens in each phase of a start, for people. */
  readonly phases: Readonly<Record<string, string>>;
  /**
   * Why a scenario alone can't choose it, as what follows *because*: a program on such a machine can reach this host.
   * Undefined where a machine holds strangers.
   */
  readonly exposes?: string | undefined;
  /** Its machines have a kernel of their own, whatever a scenario says: none is fetched, and which it is only `limits` tells. */
  readonly ownKernel?: boolean | undefined;
  readonly load: (store: Store) => Promise<MachineProvider>;
}

/** Disposing of a machine twice, and of one that is lost, does no harm. `test/vm/contract.ts` tests all of it. */
export interface MachineProvider {
  readonly kind: string;
  /** Asked before anything is made or booted. Throws nothing: what it can't find out makes it unusable. */
  limits(signal: AbortSignal): Promise<Limits>;
  /**
   * Undefined when this provider can't work on this host. `kernel` is what the probe boots for a moment; undefined
   * where machines have their own.
   */
  probe(
    kernel: Kernel | undefined,
    signal: AbortSignal,
    options?: { readonly fresh?: boolean },
  ): Promise<Capabilities | undefined>;
  allocate(spec: MachineSpec, signal: AbortSignal): Promise<Machine>;
  /** Makes beforehand what `allocate` of such a machine needs, a snapshot say. Never needed; throws nothing. */
  warm?(spec: MachineSpec, signal: AbortSignal): Promise<void>;
  /** Ends machines whose run is gone; `all` ends kept ones too. */
  reap(options: { readonly all: boolean }): Promise<readonly ReapedMachine[]>;
  /** Temporary folders of machines that may outlive their run, and are not to be removed with what it left. */
  folders?(): Promise<readonly string[]>;
  /** A command that opens a shell on the kept machine whose logs are in `logDir`; undefined when it is gone. */
  kept(logDir: string): Promise<readonly string[] | undefined>;
}
