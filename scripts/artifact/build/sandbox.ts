/**
 * The command line of a build: bubblewrap around a script, without network and with nothing of the host; what holds
 * in it is listed in docs/security.md. Pure.
 */
import type { BuildUser } from './user.ts';

export interface SandboxRequest {
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
  /** Folder that builds of one group share: Go's build cache. */
  readonly shared: string;
  readonly env: Readonly<Record<string, string>>;
  /** For /bin/sh. */
  readonly script: string;
}

/** What of the host the sandbox depends on. */
export interface SandboxHost {
  readonly user: BuildUser;
  /** File with the seccomp filter. */
  readonly filter: string;
  /** What of `HIDDEN` this kernel's /proc has. */
  readonly hidden: readonly string[];
  readonly limits: Limits;
  /** Control groups that the build joins, as folders; none where there are none to be had. */
  readonly cgroups: readonly string[];
  /** File that the process id of the whole is written to. */
  readonly pid: string;
}

export interface Limits {
  /** Bytes of memory: of all together by the control group or by watching, and of a single process by its data. */
  readonly memory: number;
  readonly processes: number;
  /** Bytes of one file. */
  readonly file: number;
  /** Bytes of /tmp, which is in memory. */
  readonly temporary: number;
  /** Bytes of output, past which the build ends. */
  readonly output: number;
}

/** Where things are in the builder: always the same places, for compilers take them up into what they make. */
const PLACES = { source: '/src', out: '/out', shared: '/cache', go: '/go', gopath: '/tmp/go' } as const;

/** Nothing of the host's environment. Dates in what is built are those of 1970, as with squashfs. */
const ENV: Readonly<Record<string, string>> = {
  HOME: '/tmp',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  SOURCE_DATE_EPOCH: '0',
  OUT: PLACES.out,
  GOCACHE: `${PLACES.shared}/go-build`,
  GOPATH: PLACES.gopath,
  GOPROXY: 'off',
  GOTOOLCHAIN: 'local',
};

/**
 * Of /proc, what runc hides from a container. Some are folders, some files, and few kernels have all.
 * https://github.com/opencontainers/runc/blob/main/libcontainer/specconv/example.go
 */
export const HIDDEN: Readonly<Record<string, 'folder' | 'file'>> = {
  '/proc/acpi': 'folder',
  '/proc/asound': 'folder',
  '/proc/scsi': 'folder',
  '/proc/kcore': 'file',
  '/proc/keys': 'file',
  '/proc/key-users': 'file',
  '/proc/kmsg': 'file',
  '/proc/kpagecount': 'file',
  '/proc/kpageflags': 'file',
  '/proc/kpagecgroup': 'file',
  '/proc/latency_stats': 'file',
  '/proc/timer_list': 'file',
  '/proc/timer_stats': 'file',
  '/proc/sched_debug': 'file',
  '/proc/vmallocinfo': 'file',
  '/proc/kallsyms': 'file',
  '/proc/config.gz': 'file',
  '/proc/interrupts': 'file',
};

/** Of /proc, what may be read and not written. */
export const READ_ONLY = ['/proc/sys', '/proc/irq', '/proc/bus', '/proc/fs', '/proc/sysrq-trigger'] as const;

/**
 * Around it all, for bash on the host: the build gets no file that repro, or what started repro, has open; it is the
 * first that a host without memory ends; it joins its control groups; its output has an end.
 */
const OUTSIDE = `
set -o pipefail
filter=$1 pid=$2 output=$3 groups=$4
shift 4
for fd in /proc/$$/fd/*; do
  fd=\${fd##*/}
  if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi
done
echo $$ >"$pid"
echo 1000 >/proc/$$/oom_score_adj
while [ -n "$groups" ]; do
  echo $$ >"\${groups%%:*}/cgroup.procs"
  groups=\${groups#*:}
done
"$@" 9<"$filter" 2>&1 | head -c "$output"
`;

export function sandboxArgv(request: SandboxRequest, host: SandboxHost): string[] {
  const { root, go, source, out, shared, env, script, importPath } = request;
  const { user, limits } = host;
  const tree = importPath === undefined ? PLACES.source : `${PLACES.gopath}/src/${importPath}`;
  const bin = go === undefined ? [] : [`${PLACES.go}/usr/lib/go-${go.minor}/bin`];
  const all = { PATH: [...bin, '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':'), ...ENV, ...env };
  const groups = host.cgroups.map((dir) => `${dir}:`).join('');
  return [
    // Ended with repro, however that ends; bubblewrap ends with bash, and the script with bubblewrap.
    ...[
      'setpriv',
      '--pdeathsig',
      'KILL',
      '--',
      'bash',
      '-euc',
      OUTSIDE,
      'bash',
      host.filter,
      host.pid,
      String(limits.output),
      groups,
    ],
    // Machines may be running beside it.
    ...['nice', '-n', '10'],
    ...['bwrap', '--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--die-with-parent', '--new-session', '--clearenv', '--hostname', 'builder', '--seccomp', '9'],
    ...privileges(user),
    ...Object.entries(all).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--ro-bind', `${root}/usr`, '/usr', '--ro-bind', `${root}/etc`, '/etc'],
    ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ...(go === undefined ? [] : ['--ro-bind', go.tree, PLACES.go]),
    ...['--dev', '/dev', ...temporary('/dev/shm', limits), '--remount-ro', '/dev'],
    ...['--proc', '/proc', ...host.hidden.flatMap(hide)],
    ...temporary('/tmp', limits),
    // On the way to a mount, bubblewrap makes folders that root alone may enter.
    ...foldersAbove(tree).flatMap((dir) => ['--perms', '1777', '--dir', dir]),
    ...['--bind', source, tree, '--bind', out, PLACES.out, '--bind', shared, PLACES.shared],
    // The folder that all of these are mounted in.
    ...['--remount-ro', '/', '--chdir', tree, '--'],
    ...inside(user, limits),
    ...['/bin/sh', '-euc', script],
  ];
}

/** Those of a tree in GOPATH, the highest first. */
function foldersAbove(tree: string): string[] {
  if (!tree.startsWith(PLACES.gopath)) return [];
  const below = tree.slice(PLACES.gopath.length + 1).split('/');
  return below.map((_, at) => [PLACES.gopath, ...below.slice(0, at)].join('/'));
}

/** Root sets the sandbox up and keeps what it takes to become the build's user; a user needs a namespace for that. */
function privileges({ kind, id }: BuildUser): string[] {
  if (kind === 'mapped') return ['--unshare-user', '--uid', `${id}`, '--gid', `${id}`, '--cap-drop', 'ALL'];
  const kept = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((name) => ['--cap-add', name]);
  return ['--cap-drop', 'ALL', ...kept];
}

/** The builder's own programs, which no build can write, bring the rest about before the script begins. */
function inside({ kind, id }: BuildUser, { memory, processes, file }: Limits): string[] {
  const limits = [
    ...['/usr/bin/prlimit', `--nproc=${processes}`, `--data=${memory}`, `--fsize=${file}`],
    ...['--core=0', '--memlock=65536', '--msgqueue=0', '--rtprio=0', '--nice=0'],
  ];
  if (kind === 'mapped') return limits;
  const none = ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all', '--no-new-privs'];
  return [...limits, '/usr/bin/setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups', ...none];
}

function temporary(place: string, limits: Limits): string[] {
  return ['--perms', '1777', '--size', `${limits.temporary}`, '--tmpfs', place];
}

function hide(path: string): string[] {
  if (HIDDEN[path] === undefined) return ['--ro-bind', path, path];
  return HIDDEN[path] === 'file'
    ? ['--ro-bind', '/dev/null', path]
    : ['--size', '4096', '--tmpfs', path, '--remount-ro', path];
}
