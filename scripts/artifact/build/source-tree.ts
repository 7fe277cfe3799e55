/** What is built: the files of a commit, or of a source package. */
export interface SourceTree {
  /** Digest of its files, hex: a git tree's hash, say. */
  readonly id: string;
  /** Where it comes from, for people. */
  readonly shown: string;
  /** The text of a file; undefined when there is none of that name. */
  file(path: string, signal: AbortSignal): Promise<string | undefined>;
  /** Writes all of them into the folder `to`, which it makes. */
  write(to: string, signal: AbortSignal): Promise<void>;
}
