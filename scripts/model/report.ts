/**
 * `report.json`: the one source of every other format. Programs may rely on the fields here; a change that
 * would break them changes `REPORT_SCHEMA`. Documented for people in `docs/report.md`.
 */
import { z } from 'zod';
import { unsupportedPointSchema } from './axes.ts';
import { reportCellSchema } from './cell.ts';
import { type Facts, fields } from './fields.ts';
import { phasesSchema } from './phases.ts';
import { symptomSchema } from './symptom.ts';

/** Version 1 is read, too: `version1.ts` tells what was renamed. */
export const REPORT_SCHEMA = 'repro.report/2';

/** The host on which the run was, and with what. */
export const reportHostSchema = fields({
  repro: z.string(),
  node: z.string(),
  os: z.string(),
  kernel: z.string(),
  cpus: z.number(),
  memoryMiB: z.number(),
  emulator: z.string(),
  accelerator: z.string(),
  acceleratorWhy: z.string(),
});
export type ReportHost = Facts<typeof reportHostSchema>;

export const reportSchema = fields({
  schema: z.literal(REPORT_SCHEMA),
  scenario: z.string(),
  title: z.string(),
  question: z.string(),
  references: z.array(z.string()),
  /** Path as the user gave it and sha256 of the scenario file. */
  scenarioFile: fields({ path: z.string(), sha256: z.string() }),
  suite: fields({ id: z.string(), cases: z.array(z.string()) }),
  symptom: symptomSchema,
  /** ISO 8601, host clock. */
  startedAt: z.string(),
  endedAt: z.string(),
  /** Wall time of the whole run, and where it went, in order. */
  durationMs: z.number(),
  phases: phasesSchema,
  interrupted: z.boolean(),
  /** When it was gone on with after an interrupt; `startedAt` and `command` are those of the first time. */
  resumed: z.array(fields({ at: z.string() })).optional(),
  /** What a shell would be told. */
  exitCode: z.number(),
  command: z.array(z.string()),
  host: reportHostSchema,
  cells: z.array(reportCellSchema),
  unsupported: z.array(unsupportedPointSchema),
  /** Things a reader should know about the run as a whole, a sentence each. */
  notes: z.array(z.string()),
});
export type Report = Facts<typeof reportSchema>;
