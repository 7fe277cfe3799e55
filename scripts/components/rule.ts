/** Rules of unsupported combinations, as the cards of components state them. Pure. */

/** The minor version is undefined where only the major one is known, or asked for: any of them may come. */
export type Version = readonly [major: number, minor: number | undefined];

/** What is known of a component at a point. */
export interface KnownVersion {
  /** Undefined where it can't be told before it was looked up. */
  readonly version: Version | undefined;
  /** `containerd 2.1 (deb:sid)`. */
  readonly label: string;
  /** Whether no axis names it. */
  readonly isDefault: boolean;
}

/** A point of the matrix, as rules see it. */
export interface Facts {
  /** Of a component: what its axis says, or its default. */
  readonly version: (component: string) => KnownVersion;
  /** Whether the suite itself runs the component; a `script` runs none. */
  readonly runs: (component: string) => boolean;
  /** The value of an axis; where there is none, the machine's or the suite's own. */
  readonly value: (axis: string) => string | number | boolean | undefined;
}

export interface Rule {
  readonly name: string;
  /** Where it is written, or how it was found out. */
  readonly source: string;
  /** Why the combination is unsupported; undefined when this rule allows it. */
  readonly reason: (facts: Facts) => string | undefined;
}

type Bound = readonly [major: number, minor: number];

/** False where it can't be told. */
export function atLeast(version: Version | undefined, [major, minor]: Bound): boolean {
  return (
    version !== undefined && (version[0] > major || (version[0] === major && (version[1] ?? 0) >= minor))
  );
}

/** False where it can't be told. */
export function below(version: Version | undefined, [major, minor]: Bound): boolean {
  if (version === undefined) return false;
  return version[0] < major || (version[0] === major && (version[1] ?? Number.POSITIVE_INFINITY) < minor);
}
