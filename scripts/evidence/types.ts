/** What a sample left behind, as parsed facts. The raw logs lie beside them in the run's folder. */
import type { OomConstraint, Scalar } from '../scenario/types.ts';

/** One process that the kernel's OOM killer killed, as the kernel log tells it. */
export interface OomKill {
  /** `comm` of the victim, `runc:[2:INIT]`. */
  readonly process: string;
  readonly pid: number;
  /** Undefined where the kernel doesn't print it. */
  readonly uid: number | undefined;
  /**
   * The victim's memory cgroup (`task_memcg`). For the further victims of a `memory.oom.group`: the cgroup of
   * the group, in or below which they lie. Undefined where the kernel printed no report with the kill
   * (it prints ten in five seconds at most).
   */
  readonly memcg: string | undefined;
  /** The cgroup whose limit was hit (`oom_memcg`); undefined when the machine itself ran out. */
  readonly oomMemcg: string | undefined;
  /** Undefined when a kill outside a memcg's limit came without its report. */
  readonly constraint: OomConstraint | undefined;
  readonly totalVmKiB: number;
  readonly rssKiB: { readonly anon: number; readonly file: number; readonly shmem: number };
  readonly oomScoreAdj: number;
  /** Limit and usage of `oomMemcg` at the time, KiB. */
  readonly limitKiB: number | undefined;
  readonly usageKiB: number | undefined;
  /** Seconds since the guest booted. */
  readonly at: number | undefined;
  /** The kernel's `Killed process` line in full, without its timestamp. */
  readonly line: string;
}

/** An OOM kill as it stands in a report: attributed to a sample, and marked when the test provoked it. */
export interface AttributedOomKill extends OomKill {
  /** Id of the sample during which it happened; undefined when it happened outside any. */
  readonly sample: string | undefined;
  /** The test provoked this kill on purpose. */
  readonly provoked: boolean;
}

/** Something in the kernel log that is worth a person's attention, whatever the test said. */
export interface KernelEvent {
  readonly kind: 'panic' | 'oops' | 'hung-task' | 'soft-lockup' | 'rcu-stall' | 'warning' | 'segfault';
  readonly at: number | undefined;
  readonly line: string;
}

/** What the kernel or a runtime warned of while samples ran. */
export interface Warning {
  /** `runtime`: whatever logs in its way, in the files that a suite keeps. */
  readonly source: 'kernel' | 'runtime';
  /** As it was said first, without its time. */
  readonly line: string;
  /** How often, numbers and ids in it aside. */
  readonly count: number;
}

/** `bytes` and `ms` are shown as KiB/MiB and s by reports; any other unit is shown as it is. */
export interface MetricValue {
  readonly value: number;
  readonly unit: string;
}

/**
 * How one sample ended.
 * `passed`/`failed`: the case's own answer. `error`: no answer, because the machine or the harness failed.
 */
export type Outcome = 'passed' | 'failed' | 'error';

/** One test of a test program that a sample ran: Kubernetes' own, say. */
export interface TestResult {
  readonly name: string;
  /** `skipped`: it was chosen and gave no answer; `message` says why. */
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly durationMs: number;
  /** Why it failed or was skipped. */
  readonly message?: string | undefined;
}

/** How the host was while a sample was taken; what it can't tell is absent. */
export interface SampleHost {
  /** Tasks that ran or could run beside as many as the machine has CPUs, per core, on average. */
  readonly load?: number | undefined;
  /** Of all CPUs' time, what a hypervisor under this host gave to others, 0..100. */
  readonly stealPercent?: number | undefined;
  /** Of the sample's time, when some task waited for a CPU, or for memory (PSI), 0..100. */
  readonly cpuPressure?: number | undefined;
  readonly memoryPressure?: number | undefined;
  /** By how much the wall clock went ahead of the one that doesn't step. */
  readonly clockStepMs: number;
}

export interface Sample {
  /** `<case>#<index>`, unique in a cell. */
  readonly id: string;
  readonly case: string;
  /** Counts from 1. */
  readonly index: number;
  /** Parameters of the suite in which it differs from its cell. */
  readonly params?: Readonly<Record<string, Scalar>> | undefined;
  /** Which of its cell's machines it ran on, from 1; absent in reports of versions that had one only. */
  readonly machine?: number | undefined;
  readonly outcome: Outcome;
  /** What the runtime or the kubelet said went wrong, one text each. Last, of an `error`: why there was no answer. */
  readonly errors: readonly string[];
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly oomKills: readonly AttributedOomKill[];
  readonly kernelEvents: readonly KernelEvent[];
  /** Why the kernel log of its time may not tell everything; absent when it is whole. */
  readonly incomplete?: string | undefined;
  /** The tests of the program that it ran; absent where the case is one test. */
  readonly tests?: readonly TestResult[] | undefined;
  /** ISO 8601, host clock. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Absent in samples of earlier releases. */
  readonly host?: SampleHost | undefined;
  /** Raw files of this sample, relative to the run's folder. */
  readonly files: readonly string[];
}

/** What the guest says it really runs. Component -> facts. */
export interface GuestComponent {
  /** First line of `--version`, or `uname -r`. */
  readonly reported: string;
  /** The binary that was really executed, symbolic links resolved. */
  readonly path: string;
  /** sha256 of that binary as read in the guest, hex. */
  readonly sha256: string;
  /** Size of that binary. Absent in older reports, and for the kernel. */
  readonly bytes?: number | undefined;
}

/** What a guest has beside its components, as it says itself; docs/guest.md tells where that is not a node's. */
export interface GuestSystem {
  /** Versions. */
  readonly systemd: string;
  readonly libc: string;
  readonly libseccomp: string;
  /** Security modules of the kernel (LSMs) that are on. */
  readonly securityModules: readonly string[];
  /** Model of the CPU that the guest sees. */
  readonly cpu: string;
  /** Whether the kernel works around flaws of CPUs at all (`mitigations=`). */
  readonly mitigations: 'on' | 'off';
}
