/** How a component is built from its sources. */
export interface BuildRecipe {
  /** Address or folder of the repository. */
  readonly repository: string;
  /** Debian packages that the build needs beside those that every builder has, with those that they depend on. */
  readonly packages: readonly string[];
  /** Oldest Go that will do; `go.mod` asks the tree, `none` is for trees that have no Go in them. */
  readonly go: string;
  /**
   * Script for /bin/sh in the source tree; what it puts into `$OUT` is the artifact. It stamps no commit into it,
   * though all projects' own makefiles would: so commits that change nothing in the program give the same bytes. The
   * report says which commit it was.
   */
  readonly run: string;
  /** Debian's source package that has such a tree; undefined when none has all that the build needs. */
  readonly sourcePackage?: string | undefined;
  /** Where the tree is put below `$GOPATH/src`; elsewhere when undefined. */
  readonly importPath?: string | undefined;
}
