/** Artifacts: a component that a machine takes on, resolved to one exact build of it. */

import type { BuildRecord, DownloadRecord } from '../model/artifact.ts';

/** An artifact as asked for, before anything was looked up. */
export interface ArtifactRequest {
  /** `runc`, `containerd`, `kernel`, … */
  readonly component: string;
  /** `deb:trixie`, `path:./runc`, or a bare version (`1.1.15`, `1.6`) that is looked up in `sources` in order. */
  readonly spec: string;
  readonly sources: readonly string[];
  /** How revisions of it are built, where that isn't as shipped. */
  readonly build?: BuildSettings | undefined;
}

/** What a scenario says of how `git:` revisions of a component are built. What it leaves open is as shipped. */
export interface BuildSettings {
  /** Address or folder of the repository. */
  readonly repository?: string | undefined;
  /** Debian packages that the build needs. */
  readonly packages?: readonly string[] | undefined;
  /** Oldest Go that will do, `1.22`; `go.mod` asks the tree; `none`. */
  readonly go?: string | undefined;
  /** Script for /bin/sh in the source tree; what it puts into `$OUT` is the artifact. */
  readonly run?: string | undefined;
}

/** What a source is asked for. */
export interface SourceQuery {
  readonly component: string;
  /** What stands after the scheme: a suite, a revision, a path. Empty where any place will do. */
  readonly place: string;
  /** A bare version: which of its builds is meant, for sources that have several. */
  readonly version?: string | undefined;
  readonly build?: BuildSettings | undefined;
}

/** What a request was resolved to. Everything needed to fetch the same bytes again. */
export interface ResolvedArtifact {
  readonly component: string;
  /** Upstream version, `1.1.15`. */
  readonly version: string;
  /** Version of the package or build, `1.1.15+ds1-2+b4`. */
  readonly packageVersion: string;
  /** Where it comes from, `deb:trixie`. */
  readonly source: string;
  /** sha256 of the file that was downloaded or is the user's own, hex; of what is built, of all that it is built from. */
  readonly sha256: string;
  /** Bytes to download; 0 where nobody tells. */
  readonly size: number;
  /** Of what upstream published. */
  readonly download?: DownloadRecord | undefined;
  /** What the source needs to find the file again (package name, file name in the archive, …). */
  readonly locator: Readonly<Record<string, string>>;
  /** Of what was built here, once it was; `sha256` is then that of its main program. */
  readonly build?: BuildRecord | undefined;
}

/** A read-only file tree that a machine can take on. Content-addressed. */
export interface Layer {
  /** Shown and used in the guest as a folder name: `runc-1.1.15`. */
  readonly name: string;
  /** Path on the host of the squashfs image. */
  readonly file: string;
  /** sha256 of the squashfs image, hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** Of what was built from source. */
  readonly build?: BuildRecord | undefined;
}

/** What it takes to boot a kernel directly. */
export interface Kernel {
  /** `uname -r`. */
  readonly release: string;
  readonly artifact: ResolvedArtifact;
  /** Path on the host of the bzImage. */
  readonly vmlinuz: string;
  /** Path on the host of our initrd, made for this kernel. */
  readonly initrd: string;
  /** sha256 of kernel and initrd together, hex: what boots. */
  readonly sha256: string;
  /** `/usr/lib/modules/<release>`. */
  readonly modules: Layer;
  /** Kernel configuration, `CONFIG_X` -> `y`, `m` or a value. */
  readonly config: Readonly<Record<string, string>>;
}

/** A userland to boot into. */
export interface Image {
  readonly name: string;
  readonly layer: Layer;
  /** Debian suite, for people. */
  readonly suite: string;
}

/** One way to get artifacts: `deb`, `path`, … */
export interface ArtifactSource {
  readonly scheme: string;
  /** Undefined when this source has no such component or version. */
  resolve(query: SourceQuery, signal: AbortSignal): Promise<ResolvedArtifact | undefined>;
  /** Fetches or builds what was resolved, verifies its digest, and makes a layer of it. */
  materialise(resolved: ResolvedArtifact, signal: AbortSignal): Promise<Layer>;
}
