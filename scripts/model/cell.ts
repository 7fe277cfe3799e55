/** A cell as a report tells it: what it ran on, what came out, and what is claimed of it. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { reportArtifactSchema } from './artifact.ts';
import { axesSchema } from './axes.ts';
import { type Facts, fields, maybe } from './fields.ts';
import { guestComponentSchema } from './guest.ts';
import { kernelEventSchema } from './kernel-event.ts';
import { reportMachineSchema } from './machine.ts';
import { attributedOomKillSchema } from './oom-kill.ts';
import { phasesSchema } from './phases.ts';
import { sampleSchema } from './sample.ts';
import { scalarsSchema } from './scalar.ts';
import { unexpectedSchema } from './unexpected.ts';
import { verdictKindSchema, verdictSchema } from './verdict.ts';
import { warningSchema } from './warning.ts';

/** A sample as evidence, and what the symptom said of it. */
export const reportSampleSchema = sampleSchema.extend({
  judged: z.enum(['good', 'bad', 'unjudged']),
  /** Why it is bad (which part of the symptom matched) or unjudged. */
  because: maybe(z.string()),
  /** What the kernel log showed while it passed; absent when there is nothing. */
  unexpected: z.array(unexpectedSchema).optional(),
});
export type ReportSample = Facts<typeof reportSampleSchema>;

export const reportCellSchema = fields({
  id: z.string(),
  axes: axesSchema,
  /** Parameters of the suite as this cell ran with them. */
  params: scalarsSchema,
  /** Folder of its evidence, relative to the run's folder. A report of somebody else must not lead out of that. */
  dir: z.string().refine((dir) => !isAbsolute(dir) && !dir.split(/[\\/]/).includes('..'), {
    error: 'must be a folder within the run',
  }),
  /** Digest of all that decides what it ran: builds, kernel, userland, settings. Absent when that wasn't had. */
  content: z.string().optional(),
  /**
   * Id of the cell that ran the same, and whose verdict, evidence and machine this one has. What was counted and
   * measured (samples, kills, metrics, times) stands with that cell alone.
   */
  sharedWith: z.string().optional(),
  /** What was installed, by component. */
  artifacts: z.record(z.string(), reportArtifactSchema),
  /** What the guest says it really ran, by component. Empty when no machine came up. */
  guest: z.record(z.string(), guestComponentSchema),
  machine: maybe(reportMachineSchema),
  verdict: verdictSchema,
  expected: maybe(fields({ verdict: verdictKindSchema, why: z.string().optional(), met: z.boolean() })),
  samples: z.array(reportSampleSchema),
  /** Samples asked for; fewer stand in `samples` when the cell ended early. */
  samplesPlanned: z.number(),
  oomKills: z.array(attributedOomKillSchema),
  kernelEvents: z.array(kernelEventSchema),
  /** What kernel and runtimes warned of in its samples. Absent in older reports, and where another cell ran for it. */
  warnings: z.array(warningSchema).optional(),
  /** Per metric, the values of all samples that had it, in sample order. */
  metrics: z.record(z.string(), fields({ unit: z.string(), values: z.array(z.number()) })),
  durationMs: z.number(),
  /** In which commands of the suite ran in the guest; undefined when no machine came up. */
  guestMs: z.number().optional(),
  phases: phasesSchema,
  /** The console's last lines, when the machine failed. */
  consoleTail: z.array(z.string()),
});
export type ReportCell = Facts<typeof reportCellSchema>;
