/** What the questions need of a guest: containerd started as suites start it, and a container of each cgroup driver. */
import { busyboxRoot } from '../suites/busybox-root.ts';
import { CONFIG_FILE, containerdConfig, LOG_FILE, startCommand } from '../suites/cri/containerd-config.ts';
import { writeFile } from '../suites/guest-shell.ts';
import { cgroupsPath, containerConfig } from '../suites/oci/config.ts';

/** Where the questions find what was left for them. */
export const FOLDER = '/run/repro/node';
/** A root file system for containers: busybox. */
export const ROOTFS = '/var/lib/repro/node/rootfs';
const LIMIT = 256 * 1024 ** 2;

/** Id of the container that runs while the questions are asked; its cgroup is systemd's. */
export const CONTAINER = 'node';
const CGROUPFS = 'node-cgroupfs';

/** Leaves `runc.log` (all that runc said), `kernel.log` (what the kernel warned of meanwhile) and containerd's log. */
export function prepareScript(): string {
  const bundle = (driver: 'cgroupfs' | 'systemd', id: string) => {
    const options = { id, cgroup: 'v2', driver, memoryLimit: LIMIT, rootfs: ROOTFS } as const;
    const config = containerConfig({ ...options, args: ['/bin/sleep', '3600'] });
    return `mkdir -p ${FOLDER}/${id}\n${writeFile(`${FOLDER}/${id}/config.json`, config)}`;
  };
  const run = (flags: string, id: string) =>
    `runc --debug --log ${FOLDER}/runc.log ${flags} run --detach --bundle ${FOLDER}/${id} ${id} </dev/null >/dev/null`;
  return `set -e
mkdir -p ${FOLDER} /run/repro/cri /etc/containerd
dmesg --clear
${busyboxRoot(ROOTFS)}
${writeFile(CONFIG_FILE, containerdConfig('systemd', 'registry.k8s.io/pause:3.10'))}
${startCommand()} || { tail -n 20 ${LOG_FILE} >&2; exit 1; }
${bundle('cgroupfs', CGROUPFS)}
${bundle('systemd', CONTAINER)}
${run('', CGROUPFS)}
${run('--systemd-cgroup', CONTAINER)}
dmesg --level=emerg,alert,crit,err,warn >${FOLDER}/kernel.log
runc delete --force ${CGROUPFS}`;
}

/** The scope of the container, as systemd names it. */
export const SCOPE = cgroupsPath('systemd', CONTAINER).split(':').slice(1).join('-').concat('.scope');
