/**
 * The shape of `report.json`, to tell a report from a damaged one before it is rendered. Fields that this
 * version doesn't know are let pass: a later version may add some without changing `REPORT_SCHEMA`.
 */

import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { consoleKindSchema } from '../model/contradiction.ts';
import type { Symptom } from '../model/symptom.ts';
import { REPORT_SCHEMA } from './model.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const scalars = z.record(z.string(), scalar);
const phases = z.array(z.object({ name: z.string(), ms: z.number() }));
const constraint = z.enum(['memcg', 'none', 'cpuset', 'memory-policy']);
const verdictKind = z.enum(['good', 'bad', 'skip']);

const symptom: z.ZodType<Symptom> = z.union([
  z.object({ any: z.array(z.lazy(() => symptom)) }),
  z.object({
    oomKill: z.object({
      process: z.string().optional(),
      cgroup: z.string().optional(),
      constraint: constraint.optional(),
    }),
  }),
  z.object({ error: z.string() }),
  z.object({ metric: z.string(), above: z.number().optional(), below: z.number().optional() }),
  z.object({ case: z.literal('fails') }),
]);

const oomKill = z.object({
  process: z.string(),
  pid: z.number(),
  uid: z.number().optional(),
  memcg: z.string().optional(),
  oomMemcg: z.string().optional(),
  constraint: constraint.optional(),
  totalVmKiB: z.number(),
  rssKiB: z.object({ anon: z.number(), file: z.number(), shmem: z.number() }),
  oomScoreAdj: z.number(),
  limitKiB: z.number().optional(),
  usageKiB: z.number().optional(),
  at: z.number().optional(),
  line: z.string(),
  sample: z.string().optional(),
  provoked: z.boolean(),
});

const kernelEvent = z.object({
  kind: z.enum(['panic', 'oops', 'hung-task', 'soft-lockup', 'rcu-stall', 'warning', 'segfault']),
  at: z.number().optional(),
  line: z.string(),
});

const testResult = z.object({
  name: z.string(),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  durationMs: z.number(),
  message: z.string().optional(),
});

const sampleHost = z.object({
  load: z.number().optional(),
  stealPercent: z.number().optional(),
  cpuPressure: z.number().optional(),
  memoryPressure: z.number().optional(),
  clockStepMs: z.number(),
});

/** A sample as evidence; see `Sample`. */
export const evidenceSchema = z.object({
  id: z.string(),
  case: z.string(),
  index: z.number(),
  params: scalars.optional(),
  machine: z.number().int().positive().optional(),
  outcome: z.enum(['passed', 'failed', 'error']),
  errors: z.array(z.string()),
  metrics: z.record(z.string(), z.object({ value: z.number(), unit: z.string() })),
  oomKills: z.array(oomKill),
  kernelEvents: z.array(kernelEvent),
  incomplete: z.string().optional(),
  tests: z.array(testResult).optional(),
  startedAt: z.string(),
  durationMs: z.number(),
  host: sampleHost.optional(),
  files: z.array(z.string()),
});

const sample = evidenceSchema.extend({
  judged: z.enum(['good', 'bad', 'unjudged']),
  because: z.string().optional(),
  contradictions: z
    .array(
      z.object({
        kind: consoleKindSchema,
        line: z.string(),
        fails: z.boolean(),
        expired: z.string().optional(),
      }),
    )
    .optional(),
});

const rate = z.object({
  bad: z.number(),
  of: z.number(),
  interval: z.object({ low: z.number(), high: z.number(), confidence: z.number() }),
  method: z.enum(['clopper-pearson', 'confidence-sequence']).optional(),
});

const verdict = z.union([
  rate.extend({
    kind: z.enum(['good', 'bad']),
    below: z.number().optional(),
    reason: z.string().optional(),
  }),
  z.object({
    kind: z.literal('skip'),
    reason: z.string(),
    inconclusive: rate.extend({ more: z.number() }).optional(),
  }),
]);

const machine = z.object({
  provider: z.string(),
  accelerator: z.string(),
  emulator: z.string(),
  kernel: z.string(),
  cgroup: z.enum(['v1', 'v2']),
  cpus: z.number(),
  memoryMiB: z.number(),
  start: z.enum(['cold', 'warm']).optional(),
  bootPhases: phases,
  system: z
    .object({
      systemd: z.string(),
      libc: z.string(),
      libseccomp: z.string(),
      securityModules: z.array(z.string()),
      cpu: z.string(),
      mitigations: z.enum(['on', 'off']),
    })
    .optional(),
});

const build = z.object({
  repository: z.string(),
  commit: z.string(),
  tree: z.string(),
  script: z.string(),
  compiler: z.string(),
  go: z.string().optional(),
  builder: z.string(),
  seconds: z.number(),
  sha256: z.string(),
});

const artifact = z.object({
  version: z.string(),
  packageVersion: z.string(),
  source: z.string(),
  sha256: z.string(),
  download: z
    .object({ url: z.string(), verified: z.enum(['checksum only', 'checksum and signature']) })
    .optional(),
  build: build.optional(),
});

const cell = z.object({
  id: z.string(),
  axes: scalars,
  params: scalars,
  // A report of somebody else must not lead out of its folder.
  dir: z.string().refine((dir) => !isAbsolute(dir) && !dir.split(/[\\/]/).includes('..'), {
    error: 'must be a folder within the run',
  }),
  content: z.string().optional(),
  sharedWith: z.string().optional(),
  artifacts: z.record(z.string(), artifact),
  guest: z.record(
    z.string(),
    z.object({
      reported: z.string(),
      path: z.string(),
      sha256: z.string(),
      bytes: z.number().optional(),
    }),
  ),
  machine: machine.optional(),
  verdict,
  expected: z.object({ verdict: verdictKind, why: z.string().optional(), met: z.boolean() }).optional(),
  samples: z.array(sample),
  samplesPlanned: z.number(),
  oomKills: z.array(oomKill),
  kernelEvents: z.array(kernelEvent),
  warnings: z
    .array(z.object({ source: z.enum(['kernel', 'runtime']), line: z.string(), count: z.number() }))
    .optional(),
  metrics: z.record(z.string(), z.object({ unit: z.string(), values: z.array(z.number()) })),
  durationMs: z.number(),
  guestMs: z.number().optional(),
  phases,
  consoleTail: z.array(z.string()),
});

export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  scenario: z.string(),
  title: z.string(),
  question: z.string(),
  references: z.array(z.string()),
  scenarioFile: z.object({ path: z.string(), sha256: z.string() }),
  suite: z.object({ id: z.string(), cases: z.array(z.string()) }),
  symptom,
  startedAt: z.string(),
  endedAt: z.string(),
  durationMs: z.number(),
  phases,
  interrupted: z.boolean(),
  resumed: z.array(z.object({ at: z.string() })).optional(),
  exitCode: z.number(),
  command: z.array(z.string()),
  host: z.object({
    repro: z.string(),
    node: z.string(),
    os: z.string(),
    kernel: z.string(),
    cpus: z.number(),
    memoryMiB: z.number(),
    emulator: z.string(),
    accelerator: z.string(),
    acceleratorWhy: z.string(),
  }),
  cells: z.array(cell),
  impossible: z.array(z.object({ axes: scalars, reason: z.string() })),
  notes: z.array(z.string()),
});
