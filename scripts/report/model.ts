/**
 * `report.json`: the one source of every other format. Programs may rely on the fields here; a change that
 * would break them changes `REPORT_SCHEMA`. Documented for people in `docs/report.md`.
 */
import type { BuildRecord, DownloadRecord } from '../model/artifact.ts';
import type { Axes, ImpossiblePoint } from '../model/axes.ts';
import type { Contradiction } from '../model/contradiction.ts';
import type { GuestComponent, GuestSystem } from '../model/guest.ts';
import type { KernelEvent } from '../model/kernel-event.ts';
import type { AttributedOomKill } from '../model/oom-kill.ts';
import type { Sample } from '../model/sample.ts';
import type { Scalar } from '../model/scalar.ts';
import type { Symptom } from '../model/symptom.ts';
import type { Verdict, VerdictKind } from '../model/verdict.ts';
import type { Warning } from '../model/warning.ts';

export const REPORT_SCHEMA = 'repro.report/1';

export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  readonly scenario: string;
  readonly title: string;
  readonly question: string;
  readonly references: readonly string[];
  /** Path as the user gave it and sha256 of the scenario file. */
  readonly scenarioFile: { readonly path: string; readonly sha256: string };
  readonly suite: { readonly id: string; readonly cases: readonly string[] };
  readonly symptom: Symptom;
  /** ISO 8601, host clock. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** Wall time of the whole run, and where it went, in order. */
  readonly durationMs: number;
  readonly phases: readonly { readonly name: string; readonly ms: number }[];
  readonly interrupted: boolean;
  /** When it was gone on with after an interrupt; `startedAt` and `command` are those of the first time. */
  readonly resumed?: readonly { readonly at: string }[] | undefined;
  /** What a shell would be told. */
  readonly exitCode: number;
  readonly command: readonly string[];
  readonly host: ReportHost;
  readonly cells: readonly ReportCell[];
  readonly impossible: readonly ImpossiblePoint[];
  /** Things a reader should know about the run as a whole, a sentence each. */
  readonly notes: readonly string[];
}

export interface ReportHost {
  readonly repro: string;
  readonly node: string;
  readonly os: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly emulator: string;
  readonly accelerator: string;
  readonly acceleratorWhy: string;
}

export interface ReportArtifact {
  readonly version: string;
  readonly packageVersion: string;
  readonly source: string;
  /** sha256 of what was downloaded, of the user's own file, or of the main program of what was built. */
  readonly sha256: string;
  /** From where, for upstream's own files. */
  readonly download?: DownloadRecord | undefined;
  /** How it was built, for what was built here. */
  readonly build?: BuildRecord | undefined;
}

export interface ReportCell {
  readonly id: string;
  readonly axes: Axes;
  /** Parameters of the suite as this cell ran with them. */
  readonly params: Readonly<Record<string, Scalar>>;
  /** Folder of its evidence, relative to the run's folder. */
  readonly dir: string;
  /** Digest of all that decides what it ran: builds, kernel, userland, settings. Absent when that wasn't had. */
  readonly content?: string | undefined;
  /**
   * Id of the cell that ran the same, and whose verdict, evidence and machine this one has. What was counted and
   * measured (samples, kills, metrics, times) stands with that cell alone.
   */
  readonly sharedWith?: string | undefined;
  /** What was installed, by component. */
  readonly artifacts: Readonly<Record<string, ReportArtifact>>;
  /** What the guest says it really ran, by component. Empty when no machine came up. */
  readonly guest: Readonly<Record<string, GuestComponent>>;
  readonly machine: ReportMachine | undefined;
  readonly verdict: Verdict;
  readonly expected:
    | { readonly verdict: VerdictKind; readonly why?: string | undefined; readonly met: boolean }
    | undefined;
  readonly samples: readonly ReportSample[];
  /** Samples asked for; fewer stand in `samples` when the cell ended early. */
  readonly samplesPlanned: number;
  readonly oomKills: readonly AttributedOomKill[];
  readonly kernelEvents: readonly KernelEvent[];
  /** What kernel and runtimes warned of in its samples. Absent in older reports, and where another cell ran for it. */
  readonly warnings?: readonly Warning[] | undefined;
  /** Per metric, the values of all samples that had it, in sample order. */
  readonly metrics: Readonly<Record<string, { readonly unit: string; readonly values: readonly number[] }>>;
  readonly durationMs: number;
  /** In which commands of the suite ran in the guest; undefined when no machine came up. */
  readonly guestMs?: number | undefined;
  readonly phases: readonly { readonly name: string; readonly ms: number }[];
  /** The console's last lines, when the machine failed. */
  readonly consoleTail: readonly string[];
}

export interface ReportMachine {
  readonly provider: string;
  readonly accelerator: string;
  readonly emulator: string;
  readonly kernel: string;
  readonly cgroup: 'v1' | 'v2';
  readonly cpus: number;
  readonly memoryMiB: number;
  /** `warm`: restored from a snapshot. Absent in reports of versions that had none. */
  readonly start?: 'cold' | 'warm' | undefined;
  readonly bootPhases: readonly { readonly name: string; readonly ms: number }[];
  /** What it has beside the components. Absent in reports of versions that didn't ask. */
  readonly system?: GuestSystem | undefined;
}

/** A sample as evidence, and what the symptom said of it. */
export interface ReportSample extends Sample {
  readonly judged: 'good' | 'bad' | 'unjudged';
  /** Why it is bad (which part of the symptom matched) or unjudged. */
  readonly because: string | undefined;
  /** What the console showed while it passed; absent when there is nothing. */
  readonly contradictions?: readonly Contradiction[] | undefined;
}
