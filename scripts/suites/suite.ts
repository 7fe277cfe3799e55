/** What a suite is: something that runs on a machine, made of cases, each run for one or more samples. */
import type { Machine } from '../../vm/machine.ts';
import type { Axes } from '../model/axes.ts';
import type { GuestComponent } from '../model/guest.ts';
import type { MetricValue } from '../model/metric.ts';
import type { TestResult } from '../model/sample.ts';

/** What a suite may know of the cell that it runs for: neither what counts as the failure, nor what is expected. */
export interface SuiteCell {
  readonly axes: Axes;
  /** Seconds one sample may take. */
  readonly timeout: number;
}

export interface SuiteContext {
  readonly cell: SuiteCell;
  /** `v1` or `v2`, as the machine was booted. */
  readonly cgroup: 'v1' | 'v2';
  readonly cgroupDriver: 'cgroupfs' | 'systemd';
  /** Folder on the host for files that a suite makes to copy in; emptied with the run's scratch space. */
  readonly scratch: string;
  /** Keeps a raw file beside the evidence of the cell (not of one sample). */
  keep(name: string, text: string): Promise<void>;
  /** Counts as time in which the guest works, as the machine's commands do: a call to a daemon in it, a wait for it. */
  guest<T>(work: () => Promise<T>): Promise<T>;
}

/** Where a case puts what it finds, while it runs: what was put in is kept even if the case then throws. */
export interface SampleSink {
  /** Sample id, `<case>#<n>`; also safe as part of a container name after `slug`. */
  readonly id: string;
  readonly slug: string;
  metric(name: string, value: MetricValue): void;
  /** A failure text in the words of the runtime; the sample is *failed* unless nothing is put in. */
  error(text: string): void;
  /** OOM kills of these processes, at a cgroup's limit, are what the case makes on purpose. */
  expectOomKills(...processes: string[]): void;
  /** The tests of a test program that the case ran. What makes the sample *failed* is `error` alone. */
  tests(results: readonly TestResult[]): void;
  /** Keeps a raw file beside the sample's evidence. */
  keep(name: string, text: string): Promise<void>;
}

/** Where a suite is made ready. `Params`: what the suite's schema of its parameters makes of them. */
export interface SuitePlace<Params> {
  readonly machine: Machine;
  readonly context: SuiteContext;
  /** The cell's. */
  readonly params: Params;
}

/** What one sample is taken of, and where its findings go. */
export interface SampleRun<Params> {
  readonly caseId: string;
  /** The cell's, but for those in which the sample differs. */
  readonly params: Params;
  readonly sink: SampleSink;
}

/** A sample with the machine that it is taken on. */
export type PlacedSample<Params> = SampleRun<Params> & Pick<SuitePlace<Params>, 'machine' | 'context'>;

/** A suite on a machine that it made ready, with what it holds for that: a connection, what it learned. */
export interface PreparedSuite<Params> extends AsyncDisposable {
  /**
   * Runs one sample of one case. Returns normally both when the case passed and when it failed (with
   * `sink.error`); throws only when no answer could be had (MachineError, harness failure).
   */
  take(sample: SampleRun<Params>, signal: AbortSignal): Promise<void>;
  /** What the guest really runs, by component. Called after the samples. */
  inspect(signal: AbortSignal): Promise<Record<string, GuestComponent>>;
  /** Gives up what it holds on the host. Called once, after all else, also when the machine is lost. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Suite<Params> {
  readonly id: string;
  /** Makes the machine ready (starts containerd, writes its configuration, …). When it throws, it holds nothing. */
  prepare(place: SuitePlace<Params>, signal: AbortSignal): Promise<PreparedSuite<Params>>;
  /** Logs worth keeping (containerd's journal, …), name -> text. Called after the samples, also where `prepare` failed. */
  logs(machine: Machine, signal: AbortSignal): Promise<Record<string, string>>;
}
