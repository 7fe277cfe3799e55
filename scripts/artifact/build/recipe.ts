/** How a component is built from its sources. */
import { UsageError } from '../../lib/errors.ts';
import type { BuildSettings } from '../types.ts';
import { KUBERNETES } from './kubernetes.ts';

export interface Recipe {
  /** Address or folder of the repository. */
  readonly repository: string;
  /** Debian packages that the build needs beside `BASE`, with those that they depend on. */
  readonly packages: readonly string[];
  /** Oldest Go that will do; `go.mod` asks the tree, `none` is for trees that have no Go in them. */
  readonly go: string;
  /** Script for /bin/sh in the source tree; what it puts into `$OUT` is the artifact. */
  readonly run: string;
  /** Debian's source package that has such a tree; undefined when none has all that the build needs. */
  readonly sourcePackage?: string | undefined;
  /** Where the tree is put below `$GOPATH/src`; elsewhere when undefined. */
  readonly importPath?: string | undefined;
}

/** What every builder has. */
export const BASE: readonly string[] = ['gcc', 'libc6-dev', 'make', 'pkgconf'];

/**
 * No commit is stamped into what is built, though all projects' own makefiles would: so commits that change
 * nothing in the program give the same bytes. The report says which commit it was.
 */
export const RECIPES: Readonly<Record<string, Recipe>> = {
  runc: {
    repository: 'https://github.com/opencontainers/runc.git',
    packages: ['libseccomp-dev'],
    go: 'go.mod',
    // From 1.5 on it wants libpathrs, which Debian hasn't; older makefiles know nothing of that and let it pass.
    run: ['make COMMIT= RUNC_BUILDTAGS=-libpathrs runc', 'cp runc "$OUT"'].join('\n'),
  },
  containerd: {
    repository: 'https://github.com/containerd/containerd.git',
    packages: ['libseccomp-dev'],
    go: 'go.mod',
    run: [
      'programs="bin/containerd bin/containerd-shim-runc-v2 bin/ctr"',
      'make VERSION="$TAG" REVISION= BUILDTAGS=no_btrfs $programs',
      'cp $programs "$OUT"',
    ].join('\n'),
  },
  critest: {
    repository: 'https://github.com/kubernetes-sigs/cri-tools.git',
    packages: [],
    go: 'go.mod',
    run: 'CGO_ENABLED=0 go test -c -vet=off -mod=vendor -ldflags "-s -w" -o "$OUT/critest" ./cmd/critest',
  },
  ...KUBERNETES,
};

/** The shipped recipe, changed by what a scenario says. Throws UsageError where they don't make a whole one. */
export function recipeOf(component: string, settings: BuildSettings = {}): Recipe {
  const shipped = RECIPES[component];
  const repository = settings.repository ?? shipped?.repository;
  const run = settings.run ?? shipped?.run;
  if (repository === undefined || run === undefined) {
    const missing = [
      ...(repository === undefined ? ['repository'] : []),
      ...(run === undefined ? ['run'] : []),
    ];
    throw new UsageError('build', `nothing says how ${component} is built`, {
      hint: `give the scenario build: { ${component}: { ${missing.map((key) => `${key}: …`).join(', ')} } }`,
    });
  }
  return {
    repository,
    packages: settings.packages ?? shipped?.packages ?? [],
    go: settings.go ?? shipped?.go ?? 'go.mod',
    run,
    sourcePackage: shipped?.sourcePackage,
    importPath: shipped?.importPath,
  };
}
