/** Kills of the kernel's OOM killer. */
import { z } from 'zod';
import { type Facts, fields, maybe } from './fields.ts';

/** `memcg`: the limit of a memory cgroup was hit. `none`: the whole machine ran out of memory. */
export const oomConstraintSchema = z.enum(['memcg', 'none', 'cpuset', 'memory-policy']);
export type OomConstraint = Facts<typeof oomConstraintSchema>;

/** One process that the kernel's OOM killer killed, as the kernel log tells it. */
export const oomKillSchema = fields({
  /** `comm` of the victim, `runc:[2:INIT]`. */
  process: z.string(),
  pid: z.number(),
  /** Undefined where the kernel doesn't print it. */
  uid: maybe(z.number()),
  /**
   * The victim's memory cgroup (`task_memcg`). For the further victims of a `memory.oom.group`: the cgroup of
   * the group, in or below which they lie. Undefined where the kernel printed no report with the kill
   * (it prints ten in five seconds at most).
   */
  memcg: maybe(z.string()),
  /** The cgroup whose limit was hit (`oom_memcg`); undefined when the machine itself ran out. */
  oomMemcg: maybe(z.string()),
  /** Undefined when a kill outside a memcg's limit came without its report. */
  constraint: maybe(oomConstraintSchema),
  totalVmKiB: z.number(),
  rssKiB: fields({ anon: z.number(), file: z.number(), shmem: z.number() }),
  oomScoreAdj: z.number(),
  /** Limit and usage of `oomMemcg` at the time, KiB. */
  limitKiB: maybe(z.number()),
  usageKiB: maybe(z.number()),
  /** Seconds since the guest booted. */
  at: maybe(z.number()),
  /** The kernel's `Killed process` line in full, without its timestamp. */
  line: z.string(),
});
export type OomKill = Facts<typeof oomKillSchema>;

/** An OOM kill as it stands in a report: attributed to a sample, and marked when the test expected it. */
export const attributedOomKillSchema = oomKillSchema.extend({
  /** Id of the sample during which it happened; undefined when it happened outside any. */
  sample: maybe(z.string()),
  /** The test expected this kill on purpose. */
  expected: z.boolean(),
});
export type AttributedOomKill = Facts<typeof attributedOomKillSchema>;
