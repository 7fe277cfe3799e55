/** What is built: the files of a commit, or of a source package. */
export interface SourceTree {
  /** Digest of its files, hex: a git tree's hash, say. */
  readonly id: string;
  /** Where it comes from, for people. */
  readonly shown: string;
  /** The text of a file; undefined when there is none of that name. */
  file(path: string, signal: AbortSignal): Promise<string | undefined>;
  /** Makes the folder `to` hold all of them and nothing else. It isn't there, or, with `kept`, holds an earlier tree. */
  write(to: string, signal: AbortSignal): Promise<void>;
  /** Called after all files in `to` may have got another owner, before anybody else writes there. */
  readonly handedOver?: ((to: string, signal: AbortSignal) => Promise<void>) | undefined;
  /** Trees of one group share what builds keep, Go's cache: what one leaves there, another may be built from. */
  group(signal: AbortSignal): Promise<string>;
  /** Name of the folder that is kept for the next tree of its kind; without, each gets a new one. */
  readonly kept?: string | undefined;
}
