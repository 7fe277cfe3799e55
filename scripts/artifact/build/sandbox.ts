/** The command line of a build: bubblewrap around a script, without network and with nothing of the host. Pure. */

export interface SandboxOrder {
  /** Builder's root; read-only. */
  readonly root: string;
  /** Go toolchain's tree, and its version, `1.19`. */
  readonly go: { readonly tree: string; readonly minor: string } | undefined;
  /** Source tree; may be written to. */
  readonly source: string;
  /** Where the tree belongs in GOPATH, `k8s.io/kubernetes`, for one that can't be built elsewhere. */
  readonly importPath?: string | undefined;
  /** Folder for what the script makes; absent where nothing is made. */
  readonly out: string;
  /** Folder that builds share: Go's build cache. */
  readonly shared: string;
  readonly env: Readonly<Record<string, string>>;
  /** For /bin/sh. */
  readonly script: string;
}

/** Where things are in the builder: always the same places, for compilers take them up into what they make. */
const PLACES = { source: '/src', out: '/out', shared: '/cache', go: '/go', gopath: '/tmp/go' } as const;

/** Nothing of the host's environment. Dates in what is built are those of 1970, as with squashfs. */
const ENV: Readonly<Record<string, string>> = {
  ...{ HOME: '/tmp', LC_ALL: 'C.UTF-8', TZ: 'UTC', SOURCE_DATE_EPOCH: '0', OUT: PLACES.out },
  ...{ GOCACHE: `${PLACES.shared}/go-build`, GOPATH: PLACES.gopath, GOPROXY: 'off', GOTOOLCHAIN: 'local' },
};

export function sandboxArgv(order: SandboxOrder): string[] {
  const { root, go, source, out, shared, env, script, importPath } = order;
  const tree = importPath === undefined ? PLACES.source : `${PLACES.gopath}/src/${importPath}`;
  const bin = go === undefined ? [] : [`${PLACES.go}/usr/lib/go-${go.minor}/bin`];
  const all = { PATH: [...bin, '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':'), ...ENV, ...env };
  return [
    // Machines may be running beside it.
    ...['nice', '-n', '10'],
    ...['bwrap', '--unshare-all', '--die-with-parent', '--new-session', '--clearenv'],
    // Root to itself, whoever runs it, so that no build sees a difference.
    ...['--unshare-user', '--uid', '0', '--gid', '0'],
    ...Object.entries(all).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--ro-bind', `${root}/usr`, '/usr', '--ro-bind', `${root}/etc`, '/etc'],
    ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ...(go === undefined ? [] : ['--ro-bind', go.tree, PLACES.go]),
    ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp'],
    ...['--bind', source, tree, '--bind', out, PLACES.out, '--bind', shared, PLACES.shared],
    ...['--chdir', tree, '--', '/bin/sh', '-euc', script],
  ];
}
