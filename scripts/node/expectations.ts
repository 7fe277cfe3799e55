/** What runc, containerd, the kubelet and systemd expect of a node, as data. docs/guest.md lists what differs. */
import { LOG_FILE, UNIT } from '../suites/cri/containerd-config.ts';
import { CONTAINER, FOLDER, ROOTFS, SCOPE } from './prepare.ts';
import type { Difference, Expectation } from './types.ts';

/** Kernel options without which the kubelet's system validation fails; alternatives are separated by `|`. */
const REQUIRED_OPTIONS = [
  ...['NAMESPACES', 'NET_NS', 'PID_NS', 'IPC_NS', 'UTS_NS', 'CGROUPS', 'CGROUP_CPUACCT', 'CGROUP_DEVICE'],
  ...['CGROUP_FREEZER', 'CGROUP_PIDS', 'CGROUP_SCHED', 'CPUSETS', 'MEMCG', 'INET', 'EXT4_FS', 'PROC_FS'],
  ...['NETFILTER_XT_TARGET_REDIRECT|IP_NF_TARGET_REDIRECT', 'NETFILTER_XT_MATCH_COMMENT', 'FAIR_GROUP_SCHED'],
  ...['OVERLAY_FS', 'CFS_BANDWIDTH'],
];
const VALIDATORS = 'kubernetes/system-validators, validators/types_unix.go, DefaultSysSpec';
/** Those that systemd manages; runc and the kubelet pass on the others where they make cgroups below the root. */
const DELEGATED = 'cpuset cpu io memory pids';
const WITH_OTHERS = /^cpuset cpu io memory( hugetlb)? pids( rdma)?( misc)?( dmem)?$/;
const DEBIAN_SYSCTL = 'Debian, linux-sysctl-defaults and systemd, /usr/lib/sysctl.d';
const UNIT_FILE = 'containerd, containerd.service';

function sysctl(name: string, node: string, source: string, differs?: Difference): Expectation {
  const ask = `tr '\\t' ' ' </proc/sys/${name.replaceAll('.', '/')}`;
  return { what: `sysctl ${name}`, ask, node, source, ...(differs === undefined ? {} : { differs }) };
}

/** A limit of containerd's process, as `/proc/<pid>/limits` has it. */
function limit(what: string, name: string): Pick<Expectation, 'what' | 'ask'> {
  const pid = `$(systemctl show --property MainPID --value ${UNIT})`;
  return { what, ask: `sed -n 's/^${name}  *\\([^ ]*\\) .*/\\1/p' "/proc/${pid}/limits"` };
}

export const EXPECTATIONS: readonly Expectation[] = [
  // runc
  {
    what: 'how runc seals its own program',
    ask: `sed -n 's/.*runc exeseal: using \\([a-z]*\\) for sealed.*/\\1/p; s/.*could not use overlayfs.*/a copy/p' ${FOLDER}/runc.log | sort -u`,
    node: 'overlayfs',
    source: 'runc >= 1.2, libcontainer/exeseal, CloneSelfExe',
  },
  {
    what: "runc's warnings",
    ask: `grep -E 'level=(warning|error|fatal)' ${FOLDER}/runc.log || echo none`,
    node: 'none',
    source: 'runc, logrus.Warn',
  },
  {
    what: 'devices that systemd lets a container use',
    ask: `systemctl show --property DeviceAllow --value ${SCOPE} | grep -o '/dev/char/1:3 [rwm]*' | head -1 || echo none`,
    node: '/dev/char/1:3 rwm',
    source: 'opencontainers/cgroups, devices/systemd.go: rules without a /dev/char link are left out',
  },
  {
    what: '/dev/null in a container after a reload of systemd',
    ask: `systemctl daemon-reload && runc exec ${CONTAINER} /bin/sh -c 'echo x >/dev/null && echo writable'`,
    node: 'writable',
    source: 'systemd installs its own device program again at each reload',
  },
  // containerd
  {
    what: "containerd's warnings at its start",
    ask: `sed -n 's/.*level=\\(warning\\|error\\|fatal\\) msg="\\(\\([^"\\\\]\\|\\\\.\\)*\\)".*/\\2/p' ${LOG_FILE} | sort -u | grep . || echo none`,
    node: 'none',
    is: /^(none|failed to load cni during init, please check CRI plugin status before setting up network for pods)$/,
    source:
      'containerd, level=warning and above; the missing CNI configuration is logged by every node before it joins',
  },
  {
    what: "containerd's snapshotter",
    ask: 'ctr plugins ls | awk \'$2 == "overlayfs" {print $2, $NF}\'',
    node: 'overlayfs ok',
    source: 'containerd, snapshotter that is the default',
  },
  {
    what: "the kernel's warnings while containerd and containers start",
    ask: `grep . ${FOLDER}/kernel.log || echo none`,
    node: 'none',
    source: 'dmesg --level=warn and above',
    differs: {
      guest: /^(\[ *[\d.]+\] hrtimer: interrupt took \d+ ns(, )?)+$/,
      effect: 'the host is busy: emulated interrupts take long',
    },
  },
  {
    ...limit('open files that containerd may have', 'Max open files'),
    node: '1073741816',
    source: `${UNIT_FILE} from 1.5 to 1.7: LimitNOFILE=infinity, which is fs.nr_open; none since 2.0`,
    differs: {
      guest: /^1048576$/,
      effect: 'programs in pods may open 1,048,576 files, whichever containerd runs',
    },
  },
  {
    ...limit('processes that containerd may have', 'Max processes'),
    node: 'unlimited',
    source: `${UNIT_FILE}: LimitNPROC=infinity`,
  },
  {
    ...limit('size of a core file', 'Max core file size'),
    node: 'unlimited',
    source: `${UNIT_FILE}: LimitCORE=infinity`,
  },
  // cgroups
  {
    what: 'controllers of the root cgroup',
    ask: 'cat /sys/fs/cgroup/cgroup.controllers',
    node: 'cpuset cpu io memory hugetlb pids rdma misc',
    is: /^cpuset cpu io memory hugetlb pids rdma misc( dmem)?$/,
    source: "Debian's kernels",
  },
  {
    what: 'controllers that the root passes on',
    ask: 'cat /sys/fs/cgroup/cgroup.subtree_control',
    node: DELEGATED,
    is: WITH_OTHERS,
    source: `systemd, src/basic/cgroup-util.h, with ${UNIT_FILE}: Delegate=yes`,
  },
  {
    what: "controllers of containerd's cgroup",
    ask: `cat /sys/fs/cgroup/system.slice/${UNIT}/cgroup.controllers`,
    node: DELEGATED,
    is: WITH_OTHERS,
    source: `${UNIT_FILE}: Delegate=yes`,
  },
  {
    what: 'options of the cgroup file system',
    ask: "sed -n 's/^cgroup2 [^ ]* cgroup2 [^ ]*\\(nsdelegate[^ ]*\\) .*/\\1/p' /proc/mounts",
    node: 'nsdelegate,memory_recursiveprot',
    source: 'systemd, src/shared/mount-setup.c',
  },
  // The kubelet's system validation
  {
    what: "the kernel's configuration can be read",
    ask: 'for f in /proc/config.gz /boot/config-$(uname -r) /usr/lib/modules/$(uname -r)/config; do [ ! -r "$f" ] || echo yes; done | head -1',
    node: 'yes',
    source: 'kubernetes/system-validators, validators/kernel_validator.go',
  },
  {
    what: 'kernel options that the kubelet lacks',
    ask: `config=/boot/config-$(uname -r); [ -r $config ] || config=/usr/lib/modules/$(uname -r)/config
for option in ${REQUIRED_OPTIONS.map((option) => `'${option}'`).join(' ')}; do
  grep -qE "^CONFIG_($option)=[ym]" $config || echo "$option"
done | grep . || echo none`,
    node: 'none',
    source: VALIDATORS,
  },
  {
    what: 'cgroup controllers that the kubelet lacks',
    ask: `for one in cpu cpuset memory pids hugetlb; do
  grep -qw $one /sys/fs/cgroup/cgroup.controllers || echo $one
done | grep . || { [ -e /sys/fs/cgroup/system.slice/cgroup.freeze ] && echo none || echo freezer; }`,
    node: 'none',
    source: `${VALIDATORS}, CgroupsV2`,
  },
  {
    what: 'swap',
    ask: 'awk \'END {print (NR > 1 ? "on" : "off")}\' /proc/swaps',
    node: 'off',
    source: 'the kubelet, failSwapOn',
  },
  {
    what: 'the host name resolves',
    ask: 'getent hosts "$(hostname)" >/dev/null && echo yes || echo no',
    node: 'yes',
    source: 'kubeadm, cmd/kubeadm/app/preflight/checks.go, HostnameCheck',
  },
  // Devices
  {
    what: 'devices without a link in /dev/char or /dev/block',
    ask: `for kind in char block; do
  for one in /sys/dev/$kind/*; do [ -L "/dev/$kind/\${one##*/}" ] || grep -q ^DEVNAME= "$one/uevent" && [ ! -L "/dev/$kind/\${one##*/}" ] && echo "$one"; done
done | grep . || echo none`,
    node: 'none',
    source: 'systemd-udevd, src/udev/udev-node.c',
  },
  {
    what: 'udev',
    ask: 'systemctl is-active systemd-udevd',
    node: 'active',
    source: 'systemd',
    differs: {
      guest: /^inactive$/,
      effect:
        'devices that appear while it runs get no link in /dev/char or /dev/block and no unit of systemd: disks of layers do, loop devices and the like do not',
    },
  },
  // Security
  {
    what: 'security modules',
    ask: 'cat /sys/kernel/security/lsm',
    node: 'lockdown,capability,landlock,yama,apparmor,tomoyo,bpf,ipe,ima,evm',
    source: "CONFIG_LSM of Debian's kernels",
  },
  {
    what: 'AppArmor profile of containers',
    ask: `[ -e /sbin/apparmor_parser ] && ctr run --rm --rootfs --apparmor-default-profile cri-containerd.apparmor.d ${ROOTFS} node-apparmor /bin/cat /proc/self/attr/current || echo none`,
    node: 'cri-containerd.apparmor.d (enforce)',
    source:
      "containerd, pkg/apparmor: wherever apparmor_parser is installed, as Debian's kernel packages recommend",
  },
  {
    what: 'seccomp',
    ask: 'cat /proc/sys/kernel/seccomp/actions_avail',
    node: 'kill_process kill_thread trap errno user_notif trace log allow',
    source: "CONFIG_SECCOMP_FILTER of Debian's kernels",
  },
  {
    what: 'audit',
    ask: 'grep -q audit=0 /proc/cmdline && echo off || echo on',
    node: 'on',
    source: 'systemd-journald switches it on',
    differs: {
      guest: /^off$/,
      effect: 'what seccomp and AppArmor deny is not logged',
    },
  },
  {
    what: 'mitigations of CPU diagnostics',
    ask: 'grep -q mitigations=off /proc/cmdline && echo off || echo on',
    node: 'on',
    source: "Debian's kernels",
  },
  // The kernel's settings
  sysctl('kernel.pid_max', '4194304', DEBIAN_SYSCTL),
  sysctl('net.ipv4.ping_group_range', '0 2147483647', DEBIAN_SYSCTL),
  sysctl('fs.protected_regular', '2', DEBIAN_SYSCTL),
  sysctl('fs.protected_fifos', '1', DEBIAN_SYSCTL),
  sysctl(
    'net.ipv4.ip_forward',
    '1',
    'Kubernetes documentation, Container Runtimes; kubeadm, preflight checks',
  ),
  sysctl('vm.overcommit_memory', '0', 'the kernel; the kubelet sets 1 itself, pkg/util/sysctl'),
  sysctl('vm.panic_on_oom', '0', 'the kernel, and the kubelet, pkg/util/sysctl'),
  sysctl('kernel.panic', '0', 'the kernel; the kubelet sets 10 itself, pkg/util/sysctl', {
    guest: /^-1$/,
    effect: 'a panic ends the machine at once, and the run says so',
  }),
  sysctl('kernel.keys.root_maxkeys', '1000000', 'the kernel, and the kubelet, pkg/util/sysctl'),
  sysctl('kernel.keys.root_maxbytes', '25000000', 'the kernel, and the kubelet, pkg/util/sysctl'),
  sysctl('fs.nr_open', '1073741816', 'systemd, src/core/main.c, bump_file_max_and_nr_open'),
  {
    what: 'transparent huge pages',
    ask: "sed 's/.*\\[\\(.*\\)\\].*/\\1/' /sys/kernel/mm/transparent_hugepage/enabled",
    node: 'always',
    source: "CONFIG_TRANSPARENT_HUGEPAGE_ALWAYS of Debian's kernels",
  },
  {
    what: 'kernel flavour',
    ask: 'uname -r | grep -oE "(cloud-)?[a-z0-9]+$"',
    node: 'amd64',
    source: 'Debian, linux-image-amd64',
    differs: {
      guest: /^cloud-amd64$/,
      effect: 'built for virtual machines: fewer drivers',
    },
  },
  // File systems
  {
    what: 'file systems of containerd and of the kubelet',
    ask: 'stat -f -c %T /var/lib/containerd /var/lib/kubelet | sort -u',
    node: 'ext2/ext3',
    source: 'Debian installer: ext4, which stat calls so',
  },
  {
    what: 'file system of /',
    ask: 'stat -f -c %T /',
    node: 'ext2/ext3',
    source: 'Debian installer',
    differs: {
      guest: /^overlayfs$/,
      effect: "an overlay can't lie on it, and a file's first change copies it; no daemon's data is there",
    },
  },
  {
    what: '/usr can be written',
    ask: '[ -w /usr ] && echo yes || echo no',
    node: 'yes',
    source: 'Debian installer',
    differs: { guest: /^no$/, effect: 'what installs programs below /usr fails' },
  },
  {
    what: 'file systems that systemd mounts',
    ask: "for one in mqueue hugetlbfs debugfs tracefs; do grep -q \" $one \" /proc/mounts && echo $one; done | tr '\\n' ' ' | sed 's/ $//'",
    node: 'mqueue hugetlbfs debugfs tracefs',
    source: 'systemd, units/dev-mqueue.mount and others',
    differs: {
      guest: /^(debugfs|tracefs|no answer)?$/,
      effect: 'what wants them mounts them: containers have their own mqueue; tests of huge pages have none',
    },
  },
  // The machine
  {
    what: 'clock source',
    ask: 'cat /sys/devices/system/clocksource/clocksource0/current_clocksource',
    node: 'tsc',
    is: /^(tsc|kvm-clock)$/,
    source: 'the kernel',
  },
  {
    what: 'clock is synchronised',
    ask: 'busybox adjtimex | awk \'/status:/ {print int($2 / 64) % 2 ? "no" : "yes"}\'',
    node: 'yes',
    source: 'systemd-timesyncd',
    differs: {
      guest: /^no$/,
      effect: "it is set to the host's as the machine starts, and then runs by itself",
    },
  },
  {
    what: 'systemd',
    ask: 'echo "$(cat /proc/1/comm) $(systemctl is-system-running)"',
    node: 'systemd running',
    source: 'systemd as PID 1, all units as they should be',
  },
  {
    what: 'D-Bus',
    ask: 'systemctl is-active dbus.service',
    node: 'active',
    source: "runc's systemd driver talks to it",
  },
  {
    what: '/etc/machine-id',
    ask: "grep -cE '^[0-9a-f]{32}$' /etc/machine-id",
    node: '1',
    source: 'machine-id(5); the kubelet reports it',
  },
];
