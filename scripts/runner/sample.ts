/** Runs one sample of one case and gathers its evidence. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '../../vm/machine.ts';
import { sampleSlug } from '../evidence/attribute.ts';
import type { KernelLog, SampleLog } from '../evidence/collect.ts';
import { clipped } from '../lib/bounded.ts';
import { messageOf, ReproError } from '../lib/errors.ts';
import { orAborted } from '../lib/exec.ts';
import { makeFolder } from '../lib/files.ts';
import { makeLimit } from '../lib/limit.ts';
import type { MetricValue } from '../model/metric.ts';
import type { Outcome, Sample, TestResult } from '../model/sample.ts';
import type { PreparedSuite, SampleSink } from '../suites/suite.ts';
import type { WrittenParams } from '../suites/typed.ts';
import { fileName } from './folder.ts';
import { watchHost } from './host-watch.ts';
import type { Startable } from './startable.ts';

export interface SampleRequest {
  readonly prepared: PreparedSuite<WrittenParams>;
  /** Seconds that it may take. */
  readonly timeout: number;
  /** The cell's. */
  readonly cellParams: WrittenParams;
  readonly machine: Machine;
  readonly log: KernelLog;
  readonly startable: Startable;
  readonly caseId: string;
  readonly index: number;
  /** Parameters in which it differs from its cell. */
  readonly params?: WrittenParams | undefined;
  /** The run's folder, and the cell's below it. */
  readonly runDir: string;
  readonly cellDir: string;
}

export interface SampleResult {
  readonly sample: Sample;
  /** Why there was no answer, when there was none. */
  readonly failure: unknown;
}

/**
 * Never throws: what goes wrong makes the sample an `error`, with its evidence kept. The sample's own time-out
 * counts as that too, for a hang of the harness looks the same as one of the runtime.
 */
export async function runSample(request: SampleRequest, signal: AbortSignal): Promise<SampleResult> {
  const { caseId, index, log, params } = request;
  const id = `${caseId}#${index}`;
  const dir = join(request.cellDir, 'samples', fileName(sampleSlug(id)));
  const sink = new Sink(id, request.runDir, dir, (text) => log.warnings.ofRuntime(text));
  const startedAt = new Date();
  const began = performance.now();
  const watch = watchHost(request.machine);
  let failure: unknown;
  let kernel: SampleLog | undefined;
  try {
    await log.begin(id);
    const all = { ...request.cellParams, ...params };
    await withTimeout(request.machine, request.timeout, signal, (limited) =>
      request.prepared.take({ caseId, params: all, sink }, limited),
    );
  } catch (error) {
    failure = error;
  }
  const durationMs = Math.round(performance.now() - began);
  const host = watch?.end();
  if (failure === undefined && sink.errors.length > 0) failure = await request.startable.refusal();
  try {
    kernel = await log.end(id, sink.expected);
  } catch (error) {
    failure ??= error;
  }
  if (kernel !== undefined) await sink.store('kernel.log', kernel.text);
  const outcome: Outcome = failure !== undefined ? 'error' : sink.errors.length > 0 ? 'failed' : 'passed';
  const { oomKills, kernelEvents } = log.findings(id);
  const sample: Sample = {
    id,
    case: caseId,
    index,
    outcome,
    ...(params === undefined ? {} : { params }),
    errors: errorsOf(sink.errors, failure),
    metrics: sink.metrics,
    oomKills,
    kernelEvents,
    ...(kernel?.incomplete === undefined ? {} : { incomplete: kernel.incomplete }),
    ...(sink.results === undefined ? {} : { tests: sink.results }),
    startedAt: startedAt.toISOString(),
    durationMs,
    ...(host === undefined ? {} : { host }),
    files: sink.files,
  };
  return { sample, failure };
}

/** A failure of a program that can't be started comes first: what was said after it is of no interest. */
function errorsOf(said: readonly string[], failure: unknown): readonly string[] {
  if (failure === undefined) return said;
  const cannotStart = failure instanceof ReproError && failure.code === 'cannot-start';
  const text = clipped(messageOf(failure), ERROR_BYTES);
  return cannotStart ? [text] : [...said, text];
}

class Sink implements SampleSink {
  readonly id: string;
  readonly slug: string;
  readonly metrics: Record<string, MetricValue> = Object.create(null);
  readonly errors: string[] = [];
  readonly expected: string[] = [];
  readonly files: string[] = [];
  results: readonly TestResult[] | undefined;
  readonly #runDir: string;
  readonly #dir: string;
  readonly #kept: (text: string) => void;

  /** `kept` is told every text that a suite keeps. */
  constructor(id: string, runDir: string, dir: string, kept: (text: string) => void) {
    this.id = id;
    this.slug = sampleSlug(id);
    this.#runDir = runDir;
    this.#dir = dir;
    this.#kept = kept;
  }

  metric(name: string, value: MetricValue): void {
    this.metrics[name] = value;
    if (Object.keys(this.metrics).length <= MAX_METRICS) return;
    delete this.metrics[name];
    throw new ReproError(
      'too-many-metrics',
      `a sample can have ${MAX_METRICS} metrics, and this one has more`,
    );
  }

  error(text: string): void {
    if (this.errors.length < MAX_ERRORS) this.errors.push(clipped(text, ERROR_BYTES));
  }

  expectOomKills(...processes: string[]): void {
    this.expected.push(...processes);
  }

  tests(results: readonly TestResult[]): void {
    this.results = results;
  }

  async keep(name: string, text: string): Promise<void> {
    this.#kept(text);
    await this.store(name, text);
  }

  async store(name: string, text: string): Promise<void> {
    const file = join(this.#dir, fileName(name));
    await makeFolder(join(this.#runDir, this.#dir), this.#runDir);
    await writeFile(join(this.#runDir, file), text);
    if (!this.files.includes(file)) this.files.push(file);
  }
}

/** Bytes of an error's text, errors and metrics of a sample: they stand in the journal and in the report. */
const ERROR_BYTES = 32 * 1024;
const MAX_ERRORS = 1000;
const MAX_METRICS = 1000;

/** Calls `work` with a signal that is aborted after `seconds` of the machine's own time, too. */
async function withTimeout(
  { hostWait }: Machine,
  seconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  using limit = makeLimit(
    seconds * 1000,
    hostWait,
    (said) => new ReproError('sample-timeout', `no answer within the sample's ${said}`),
  );
  const limited = AbortSignal.any([signal, limit.signal]);
  await orAborted(work(limited), limited);
}
