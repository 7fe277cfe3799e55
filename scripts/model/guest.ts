/** What a guest says of itself. */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';

/** What the guest says it really runs. Component -> facts. */
export const guestComponentSchema = fields({
  /** First line of `--version`, or `uname -r`. */
  reported: z.string(),
  /** The binary that was really executed, symbolic links resolved. */
  path: z.string(),
  /** sha256 of that binary as read in the guest, hex. */
  sha256: z.string(),
  /** Size of that binary. Absent in older reports, and for the kernel. */
  bytes: z.number().optional(),
});
export type GuestComponent = Facts<typeof guestComponentSchema>;

/** What a guest has beside its components, as it says itself; docs/guest.md tells where that is not a node's. */
export const guestSystemSchema = fields({
  /** Versions. */
  systemd: z.string(),
  libc: z.string(),
  libseccomp: z.string(),
  /** Security modules of the kernel (LSMs) that are on. */
  securityModules: z.array(z.string()),
  /** Model of the CPU that the guest sees. */
  cpu: z.string(),
  /** Whether the kernel works around diagnostics of CPUs at all (`mitigations=`). */
  mitigations: z.enum(['on', 'off']),
});
export type GuestSystem = Facts<typeof guestSystemSchema>;
