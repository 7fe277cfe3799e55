/** What is known of an artifact, and of how it came about. */
import { z } from 'zod';
import { type Facts, fields } from './fields.ts';

/** How an artifact was built here. */
export const buildRecordSchema = fields({
  /** Address or folder, without a password; of a source package `deb-src:<suite>`. */
  repository: z.string(),
  /** Full hash; with changes `<hash>+<hash>` or `<hash>-<hash>`; of a source package its name and version. */
  commit: z.string(),
  /** Hash of the tree that was built; of a source package, of its files. */
  tree: z.string(),
  /** The script. */
  script: z.string(),
  /** C compiler of the builder, `gcc-14 14.2.0-19`. */
  compiler: z.string(),
  /** `golang-1.19-go 1.19.8-2 (bookworm)`; absent when the tree has no Go. */
  go: z.string().optional(),
  /** sha256 over the names and versions of the builder's packages. */
  builder: z.string(),
  /** What the script took when it ran. */
  seconds: z.number(),
  /** sha256 of the component's main program. */
  sha256: z.string(),
});
export type BuildRecord = Facts<typeof buildRecordSchema>;

/** From where a file came that upstream published, and what vouches for it. */
export const downloadRecordSchema = fields({
  url: z.string(),
  /** The checksum is upstream's; the signature is by a key of the user's keyring. */
  verified: z.enum(['checksum only', 'checksum and signature']),
});
export type DownloadRecord = Facts<typeof downloadRecordSchema>;

/** An artifact as a report tells it. */
export const reportArtifactSchema = fields({
  version: z.string(),
  packageVersion: z.string(),
  source: z.string(),
  /** sha256 of what was downloaded, of the user's own file, or of the main program of what was built. */
  sha256: z.string(),
  /** From where, for upstream's own files. */
  download: downloadRecordSchema.optional(),
  /** How it was built, for what was built here. */
  build: buildRecordSchema.optional(),
});
export type ReportArtifact = Facts<typeof reportArtifactSchema>;
