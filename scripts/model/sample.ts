/** What a sample left behind, as parsed facts. The raw logs lie beside them in the run's folder. */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';
import { kernelEventSchema } from './kernel-event.ts';
import { metricValueSchema } from './metric.ts';
import { attributedOomKillSchema } from './oom-kill.ts';
import { scalarsSchema } from './scalar.ts';

/**
 * How one sample ended.
 * `passed`/`failed`: the case's own answer. `error`: no answer, because the machine or the harness failed.
 */
export const outcomeSchema = z.enum(['passed', 'failed', 'error']);
export type Outcome = Facts<typeof outcomeSchema>;

/** One test of a test program that a sample ran: Kubernetes' own, say. */
export const testResultSchema = fields({
  name: z.string(),
  /** `skipped`: it was chosen and gave no answer; `message` says why. */
  outcome: z.enum(['passed', 'failed', 'skipped']),
  durationMs: z.number(),
  /** Why it failed or was skipped. */
  message: z.string().optional(),
});
export type TestResult = Facts<typeof testResultSchema>;

/** How the host was while a sample was taken; what it can't tell is absent. */
export const sampleHostSchema = fields({
  /** Tasks that ran or could run beside as many as the machine has CPUs, per core, on average. */
  load: z.number().optional(),
  /** Of all CPUs' time, what a hypervisor under this host gave to others, 0..100. */
  stealPercent: z.number().optional(),
  /** Of the sample's time, when some task waited for a CPU, or for memory (PSI), 0..100. */
  cpuPressure: z.number().optional(),
  memoryPressure: z.number().optional(),
  /** By how much the wall clock went ahead of the one that doesn't step. */
  clockStepMs: z.number(),
});
export type SampleHost = Facts<typeof sampleHostSchema>;

export const sampleSchema = fields({
  /** `<case>#<index>`, unique in a cell. */
  id: z.string(),
  case: z.string(),
  /** Counts from 1. */
  index: z.number(),
  /** Parameters of the suite in which it differs from its cell. */
  params: scalarsSchema.optional(),
  /** Which of its cell's machines it ran on, from 1; absent in reports of versions that had one only. */
  machine: z.number().int().positive().optional(),
  outcome: outcomeSchema,
  /** What the runtime or the kubelet said went wrong, one text each. Last, of an `error`: why there was no answer. */
  errors: z.array(z.string()),
  metrics: z.record(z.string(), metricValueSchema),
  oomKills: z.array(attributedOomKillSchema),
  kernelEvents: z.array(kernelEventSchema),
  /** Why the kernel log of its time may not tell everything; absent when it is whole. */
  incomplete: z.string().optional(),
  /** The tests of the program that it ran; absent where the case is one test. */
  tests: z.array(testResultSchema).optional(),
  /** ISO 8601, host clock. */
  startedAt: z.string(),
  durationMs: z.number(),
  /** Absent in samples of earlier releases. */
  host: sampleHostSchema.optional(),
  /** Raw files of this sample, relative to the run's folder. */
  files: z.array(z.string()),
});
export type Sample = Facts<typeof sampleSchema>;
