/** What is known of the machine that a cell ran on. */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';
import { guestSystemSchema } from './guest.ts';
import { phasesSchema } from './phases.ts';

export const reportMachineSchema = fields({
  provider: z.string(),
  /** Why this provider, where the scenario allows several. */
  providerWhy: z.string().optional(),
  accelerator: z.string(),
  emulator: z.string(),
  /** `uname -r`. */
  kernel: z.string(),
  cgroup: z.enum(['v1', 'v2']),
  cpus: z.number(),
  memoryMiB: z.number(),
  /** `warm`: restored from a snapshot. Absent in reports of versions that had none. */
  start: z.enum(['cold', 'warm']).optional(),
  bootPhases: phasesSchema,
  /** What it has beside the components. Absent in reports of versions that didn't ask. */
  system: guestSystemSchema.optional(),
});
export type ReportMachine = Facts<typeof reportMachineSchema>;
