/**
 * The guest's side of the `oci` suite: one shell script per sample. Every container has a folder of its own
 * whose files are the result: `create.code`, `create.err`, `start.code`, `start.err`, `settled`, `begin` and
 * `end` (ns), `cgroup`, and the files of its memory cgroup.
 */
import { type HostWait, stretched } from '../../lib/limit.ts';
import { limitFile, memoryFiles, memoryRoot, peakFile } from '../cgroup-memory.ts';
import { collect, KEEP, quote, writeFile } from '../guest-shell.ts';
import { cgroupOf, containerConfig } from './config.ts';

/** Where `prepare` puts the containers' root file system: on the scratch disk, as images would be. */
export const ROOTFS = '/var/lib/repro/oci/rootfs';

export interface ScriptOptions {
  readonly cgroup: 'v1' | 'v2';
  readonly driver: 'cgroupfs' | 'systemd';
  /** Ids of the containers; the first names the work folder. */
  readonly ids: readonly string[];
  /** Bytes. */
  readonly memoryLimit: number;
  /** What the host keeps from the machine: the guest is more patient then. */
  readonly wait?: HostWait | undefined;
}

/** Bytes that a container of the `exec` case starts with: far beyond what any runc needs for itself. */
const ROOMY = 512 * 1024 ** 2;

/** Starts all containers at once, reads their cgroups, and removes them again. */
export function startScript(options: ScriptOptions): string {
  const containers = options.ids.map((id) => `start_one ${id} ${cgroupOf(options.driver, id)} &`);
  return [
    library(options),
    bundles(options, options.memoryLimit),
    ...containers,
    'wait',
    collect(workDir(options)),
    cleanup(options),
  ].join('\n');
}

/**
 * Starts one container with room, waits until it sleeps, sets its limit and runs `true` in it. Adds
 * `exec.code`, `exec.err`, `exec.begin` and `exec.end` (ns), and `limit.err` when the limit couldn't be set.
 * The peak is that of the exec alone, and isn't there when the kernel can't reset it (cgroup v2 before 6.12).
 */
export function execScript(options: ScriptOptions): string {
  const [id = ''] = options.ids;
  return [
    library(options),
    bundles(options, ROOMY),
    `start_one ${id} ${cgroupOf(options.driver, id)}`,
    // What was read so far is of the start.
    `rm -f ${peakFile(options.cgroup)}`,
    `if [ -s settled ] && echo ${options.memoryLimit} 2>limit.err >"$memory$cgroup/${limitFile(options.cgroup)}"; then`,
    execUnderLimit(options, id),
    'fi',
    collect(workDir(options)),
    cleanup(options),
  ].join('\n');
}

function workDir(options: ScriptOptions): string {
  return `/run/repro/oci/${options.ids[0] ?? ''}`;
}

function bundles(options: ScriptOptions, memoryLimit: number): string {
  const { cgroup, driver } = options;
  const commands = options.ids.flatMap((id) => {
    const args = ['/bin/sleep', '3600'];
    const config = containerConfig({ id, cgroup, driver, memoryLimit, rootfs: ROOTFS, args });
    return [`mkdir -p "$work/${id}"`, writeFile(`${workDir(options)}/${id}/config.json`, config)];
  });
  return commands.join('\n');
}

function library(options: ScriptOptions): string {
  const wanted = options.cgroup === 'v2' ? "''" : '*,memory,*';
  const subject = options.cgroup === 'v2' ? '$controllers' : ',$controllers,';
  return `
work=${quote(workDir(options))}
flags=${options.driver === 'systemd' ? '--systemd-cgroup' : "''"}
memory=${memoryRoot(options.cgroup)}
rm -rf "$work"
${KEEP}
# find_cgroup <pid>: sets $cgroup to its memory cgroup, as the kernel tells it.
find_cgroup() {
  while IFS=: read -r _ controllers path; do
    case "${subject}" in ${wanted}) cgroup=$path ;; esac
  done <"/proc/$1/cgroup"
}
# settle <pid>: waits until runc's init has become the container's program; prints its name, or nothing if it is gone.
settle() {
  tries=0
  while [ $tries -lt ${stretched(100, options.wait)} ] && read -r comm <"/proc/$1/comm"; do
    case $comm in runc:*) sleep 0.05 ;; *) break ;; esac
    tries=$((tries + 1))
  done 2>/dev/null
  [ ! -d "/proc/$1" ] || echo "$comm"
}
read_memory() {
  echo "$cgroup" >cgroup
  for file in ${memoryFiles(options.cgroup).join(' ')}; do keep "$memory$cgroup/$file" "$file"; done
}
# start_one <id> <cgroup>: the cgroup is where the container will be if its init doesn't live long enough to be asked.
start_one() {
  cd "$work/$1" || exit
  cgroup=$2
  date +%s%N >begin
  runc $flags create --bundle . --pid-file pid "$1" </dev/null >out 2>create.err
  created=$?
  echo $created >create.code
  if [ $created = 0 ]; then
    read -r pid <pid
    find_cgroup "$pid"
    runc $flags start "$1" >start.out 2>start.err
    echo $? >start.code
    date +%s%N >end
    settle "$pid" >settled
  fi
  read_memory
}
`;
}

function execUnderLimit(options: ScriptOptions, id: string): string {
  const command = `date +%s%N >exec.begin
runc $flags exec ${id} /bin/true </dev/null >exec.out 2>exec.err 3<&-
echo $? >exec.code
date +%s%N >exec.end`;
  if (options.cgroup === 'v1') {
    const peak = `"$memory$cgroup/${peakFile('v1')}"`;
    return `echo 0 >${peak}\n${command}\nread_memory`;
  }
  // cgroup v2: the reset counts for reads through the same open file (Linux 6.12, cgroup-v2.rst), and a
  // shell can't rewind one.
  const peak = `"$memory$cgroup/${peakFile('v2')}"`;
  return `reset=no
if (exec 3<>${peak} && printf reset >&3) 2>/dev/null; then
  exec 3<>${peak}
  printf reset >&3
  reset=yes
fi
${command}
read_memory
rm -f ${peakFile('v2')}
[ $reset = no ] || perl -e 'sysseek(STDIN, 0, 0); sysread(STDIN, $text, 64); print $text' <&3 >${peakFile('v2')}
exec 3<&-`;
}

/** Whatever happened: no container, no cgroup and no file of this sample stays behind. */
function cleanup(options: ScriptOptions): string {
  const remove = options.ids.map(
    (id) => `timeout ${stretched(30, options.wait)} runc $flags delete --force ${id} &`,
  );
  const cgroups = options.ids.map((id) => {
    const path = cgroupOf(options.driver, id);
    return `rmdir /sys/fs/cgroup${path} /sys/fs/cgroup/*${path}`;
  });
  return `{\n${[...remove, 'wait', ...cgroups].join('\n')}\n} >/dev/null 2>&1
cd / && rm -rf "$work"
exit 0`;
}
