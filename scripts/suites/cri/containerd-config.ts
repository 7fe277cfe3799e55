/** containerd's configuration, and how it is started. */
import { quote } from '../guest-shell.ts';
import { CNI_BIN, CNI_CONF } from './cni.ts';

export const SOCKET = '/run/containerd/containerd.sock';
export const CONFIG_FILE = '/etc/containerd/config.toml';
/** containerd's own messages: a file, so that they can be had whether or not the guest keeps a journal. */
export const LOG_FILE = '/run/repro/cri/containerd.log';
/** Not `containerd.service`: the Debian package brings a unit of that name. */
export const UNIT = 'repro-containerd.service';

/** Where Debian and the release's layer have the plugins; containerd's own default is /opt/cni/bin. */
const CNI = `
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${CNI_BIN}"
    conf_dir = "${CNI_CONF}"
`;

/**
 * The text of `config.toml`. Version 2 of the format is read by containerd 1.6 and 1.7 as it is, and by 2.x
 * through its migration, which knows every key used here. What isn't set is as containerd ships it; above all
 * `BinaryName`, so runc is found the way it is on any node, by PATH.
 */
export function containerdConfig(driver: 'cgroupfs' | 'systemd', sandboxImage: string, cni = false): string {
  return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
oom_score = 0

[grpc]
  address = "${SOCKET}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${sandboxImage}"

  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = ${driver === 'systemd'}
${cni ? CNI : ''}`;
}

/**
 * The command that starts containerd and returns once it is ready. The properties are those of
 * containerd's own unit (`containerd.service` in its repository).
 */
export function startCommand(): string {
  const properties = [
    'Delegate=yes',
    'KillMode=process',
    'TasksMax=infinity',
    'LimitNPROC=infinity',
    'LimitCORE=infinity',
    'LimitNOFILE=1048576',
    'OOMScoreAdjust=-999',
    `StandardOutput=append:${LOG_FILE}`,
    `StandardError=append:${LOG_FILE}`,
  ];
  const options = properties.map((property) => `-p ${quote(property)}`).join(' ');
  return `systemd-run --quiet --unit=${UNIT} --service-type=notify ${options} /usr/bin/containerd --config ${CONFIG_FILE}`;
}
