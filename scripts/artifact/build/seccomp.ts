/**
 * Which system calls a build may make, as a program for the kernel's seccomp (classic BPF). What runc's and Docker's
 * default profile keeps from a container without capabilities is refused, and a few calls more. x86-64 only. Pure.
 * https://github.com/moby/profiles/blob/main/seccomp/default.json, seccomp(2), linux/filter.h
 */

/** errno(3). */
export const ERRNO = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

/** System calls by their number (asm/unistd_64.h) that are refused whatever their arguments. */
export const REFUSED: Readonly<Record<string, number>> = {
  // Mounts, roots and namespaces.
  mount: 165,
  umount2: 166,
  pivot_root: 155,
  chroot: 161,
  unshare: 272,
  setns: 308,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  mount_setattr: 442,
  open_by_handle_at: 304,
  name_to_handle_at: 303,
  statmount: 457,
  listmount: 458,
  // Other processes.
  ptrace: 101,
  process_vm_readv: 310,
  process_vm_writev: 311,
  process_madvise: 440,
  pidfd_getfd: 438,
  kcmp: 312,
  // Large parts of the kernel that no compiler needs.
  bpf: 321,
  perf_event_open: 298,
  userfaultfd: 323,
  fanotify_init: 300,
  memfd_secret: 447,
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  vmsplice: 278,
  keyctl: 250,
  add_key: 248,
  request_key: 249,
  mbind: 237,
  set_mempolicy: 238,
  migrate_pages: 256,
  move_pages: 279,
  set_mempolicy_home_node: 450,
  // The host: its kernel, clock, names, swap, log, hardware.
  init_module: 175,
  finit_module: 313,
  delete_module: 176,
  create_module: 174,
  query_module: 178,
  get_kernel_syms: 177,
  kexec_load: 246,
  kexec_file_load: 320,
  reboot: 169,
  settimeofday: 164,
  clock_settime: 227,
  adjtimex: 159,
  clock_adjtime: 305,
  sethostname: 170,
  setdomainname: 171,
  swapon: 167,
  swapoff: 168,
  syslog: 103,
  acct: 163,
  iopl: 172,
  ioperm: 173,
  quotactl: 179,
  quotactl_fd: 443,
  nfsservctl: 180,
  vhangup: 153,
  lookup_dcookie: 212,
  _sysctl: 156,
  sysfs: 139,
  uselib: 134,
  ustat: 136,
};

const CALL = { ioctl: 16, socket: 41, clone: 56, personality: 135, clone3: 435, mseal: 462 } as const;

/** Newer ones are as good as not there: nobody has looked at them. */
const LAST = CALL.mseal;
/** x32 calls have this bit set (asm/unistd.h). */
const X32 = 0x40000000;
/** linux/audit.h */
const AUDIT_ARCH_X86_64 = 0xc000003e;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (linux/sched.h). */
const CLONE_NEW = 0x7e020000;
/** TIOCSTI and TIOCLINUX type into a terminal (asm-generic/ioctls.h). */
const TYPING = [0x5412, 0x541c];
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: network namespaces hold these; AF_VSOCK would reach the host. */
const FAMILIES = [1, 2, 10, 16];
/** PER_LINUX and PER_LINUX32, each with UNAME26 too, and “which is it?”, as in Docker's profile. */
const PERSONALITIES = [0, 0x8, 0x20000, 0x20008, 0xffffffff];

/** linux/bpf_common.h: code of an instruction. */
const OP = { load: 0x20, equal: 0x15, atLeast: 0x35, anyBit: 0x45, answer: 0x06 } as const;
/** linux/seccomp.h: offsets into seccomp_data, and answers. */
const AT = { call: 0, arch: 4, arg0: 16, arg1: 24 } as const;
const ALLOW = 0x7fff0000;
const FAIL = 0x00050000;

/** One instruction: `yes` and `no` are how many of the next are skipped. */
interface Instruction {
  readonly code: number;
  readonly yes: number;
  readonly no: number;
  readonly k: number;
}

const load = (k: number): Instruction => ({ code: OP.load, yes: 0, no: 0, k });
const answer = (k: number): Instruction => ({ code: OP.answer, yes: 0, no: 0, k });
const fail = (errno: number): Instruction => answer(FAIL | errno);
const allow = answer(ALLOW);
/** Skips `length` instructions unless the test holds. */
const unless = (code: number, k: number, length: number): Instruction => ({ code, yes: 0, no: length, k });

/** For one call, and nothing after it. `body` ends in an answer. */
function on(call: number, body: readonly Instruction[]): Instruction[] {
  return [unless(OP.equal, call, body.length), ...body];
}

/** Answers for an argument that is one of `values`. */
function whenOneOf(values: readonly number[], then: Instruction): Instruction[] {
  return values.flatMap((value) => [unless(OP.equal, value, 1), then]);
}

/** The program, as the kernel and `bwrap --seccomp` read it: an array of struct sock_filter. */
export function seccompFilter(): Buffer {
  const { EPERM, ENOSYS, EAFNOSUPPORT } = ERRNO;
  return encode([
    load(AT.arch),
    // The calls of i386, by whose numbers all of this would be void.
    { code: OP.equal, yes: 1, no: 0, k: AUDIT_ARCH_X86_64 },
    fail(ENOSYS),
    load(AT.call),
    ...[unless(OP.atLeast, X32, 1), fail(ENOSYS)],
    ...[unless(OP.atLeast, LAST + 1, 1), fail(ENOSYS)],
    // Its arguments are in memory, which a filter can't read; libc goes on with clone.
    ...[unless(OP.equal, CALL.clone3, 1), fail(ENOSYS)],
    ...Object.values(REFUSED).flatMap((call) => [unless(OP.equal, call, 1), fail(EPERM)]),
    ...on(CALL.clone, [load(AT.arg0), unless(OP.anyBit, CLONE_NEW, 1), fail(EPERM), allow]),
    ...on(CALL.socket, [load(AT.arg0), ...whenOneOf(FAMILIES, allow), fail(EAFNOSUPPORT)]),
    ...on(CALL.ioctl, [load(AT.arg1), ...whenOneOf(TYPING, fail(EPERM)), allow]),
    ...on(CALL.personality, [load(AT.arg0), ...whenOneOf(PERSONALITIES, allow), fail(EPERM)]),
    allow,
  ]);
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, { code, yes, no, k }] of program.entries()) {
    const at = index * 8;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(yes, at + 2);
    bytes.writeUInt8(no, at + 3);
    bytes.writeUInt32LE(k, at + 4);
  }
  return bytes;
}
