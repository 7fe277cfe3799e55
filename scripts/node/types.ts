/** What a guest is compared with: a Debian node with systemd, containerd and the kubelet. */

export interface Expectation {
  /** What is asked, for people; unique. */
  readonly what: string;
  /** Shell text that prints the answer in a guest that `prepareScript` made ready. */
  readonly ask: string;
  /** What a node answers: in words, unless `is` tells more. */
  readonly node: string;
  /** Which answers are a node's, where that is more than the one text `node`. */
  readonly is?: RegExp;
  /** Where that stands: documentation or source of who expects it. */
  readonly source: string;
  /** Where a guest differs, and is meant to. docs/guest.md lists the same. */
  readonly differs?: Difference;
}

export interface Difference {
  /** Which answers of a guest are meant to be. */
  readonly guest: RegExp;
  /** What that changes for what runs in it. */
  readonly effect: string;
}

export interface Comparison {
  readonly what: string;
  readonly guest: string;
  readonly node: string;
  readonly source: string;
  /** `known`: it differs as `Expectation.differs` says. */
  readonly result: 'same' | 'known' | 'differs';
  readonly effect: string;
}
