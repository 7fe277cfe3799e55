/** How a project lays out its release pages: which files a version has, and where. Pure. */

/** As Go and so these projects name it: x86-64 is `amd64`, AArch64 is `arm64`. */
export type ReleaseArch = 'amd64' | 'arm64';

/**
 * What becomes of the file: the component's main program as it is, or a tar of which parts go below the root, without
 * the first `strip` folders of their names.
 */
export type Content =
  | { readonly kind: 'program' }
  | {
      readonly kind: 'tar';
      /** None means all. */
      readonly members: readonly string[];
      readonly into: string;
      readonly strip?: number;
    };

/** The files of one version for one architecture, as paths below the base. */
export interface ReleaseFiles {
  readonly file: string;
  /** Output of sha256sum, signed in clear or not, or a digest alone. */
  readonly checksums: string;
  /** Detached OpenPGP signature of the file; undefined where the project publishes none. */
  readonly signature?: string | undefined;
  readonly content: Content;
}

export interface ReleaseLayout {
  /** The project's own page, without a slash at its end. */
  readonly base: string;
  /** `version` without the `v`. */
  readonly files: (version: string, arch: ReleaseArch) => ReleaseFiles;
}

/** The release pages of a repository on GitHub. */
export const github = (repository: string): string => `https://github.com/${repository}/releases/download`;

/** The variable of the environment that names another place for releases: `REPRO_RELEASES_CNI_PLUGINS`. */
export function releaseVariable(component: string): string {
  return `REPRO_RELEASES_${component.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;
}
