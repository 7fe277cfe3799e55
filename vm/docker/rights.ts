/** Which capabilities a machine's container has. Pure. */

/** By number, as linux/capability.h has them, and as an engine names them. */
const NAMES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

/**
 * What systemd, containerd and runc use is there. Left out is what reaches the one host there is and nothing of a
 * container: its clock, its modules, its ports and memory, its power, its audit and its security modules. So are those
 * that Engine 20.10 doesn't know; SYS_ADMIN has all of them within.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...['SYS_MODULE', 'SYS_RAWIO', 'SYS_BOOT', 'SYS_TIME', 'WAKE_ALARM', 'BLOCK_SUSPEND'],
  ...['AUDIT_CONTROL', 'AUDIT_READ', 'MAC_OVERRIDE', 'MAC_ADMIN'],
  ...['PERFMON', 'BPF', 'CHECKPOINT_RESTORE'],
]);

/** Without it nothing may lower an oom_score_adj, as it is done for the sandboxes of pods. */
export const NEEDED_BY_PODS = 'SYS_RESOURCE';

/**
 * Those of `status`, the text of a process's /proc/<pid>/status: an engine refuses what its own bounding set lacks.
 * All, where it doesn't say.
 */
export function rightsOf(status: string): string[] {
  const bits = /^CapBnd:\s*([0-9a-f]+)$/im.exec(status)?.[1];
  const has = bits === undefined ? undefined : BigInt(`0x${bits}`);
  return NAMES.filter(
    (name, number) => !LEFT_OUT.has(name) && (has === undefined || ((has >> BigInt(number)) & 1n) === 1n),
  );
}
