/** What a container says of itself, so that it is found without the process that made it. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Owner, ownerSchema } from '../../scripts/lib/owner.ts';
import type { MachineSpec } from '../machine.ts';

/** Its value is a `MachineLabel` as JSON. */
export const LABEL = 'repro.machine';

const labelSchema = z.object({
  id: z.string(),
  session: z.string(),
  /** The process whose machine it is. */
  owner: ownerSchema,
  /** Where its console is kept, absolute: tells which cell's machine it is. */
  logDir: z.string(),
  /** Meant to outlive its owner. */
  keep: z.boolean(),
});
export type MachineLabel = Readonly<z.infer<typeof labelSchema>>;

export function labelsOf(spec: MachineSpec, owner: Owner): Record<string, string> {
  const { id, session, logDir, keep } = spec;
  const label: MachineLabel = { id, session, owner, logDir: resolve(logDir), keep };
  return { [LABEL]: JSON.stringify(label) };
}

/** Undefined for a container that is no machine of this project's, whatever it says. */
export function readLabel(
  labels: Readonly<Record<string, string>> | null | undefined,
): MachineLabel | undefined {
  const text = labels?.[LABEL];
  if (text === undefined) return undefined;
  try {
    return labelSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
