import { describe, expect, it } from 'vitest';
import { ERRNO, REFUSED, seccompFilter } from '../../../scripts/artifact/build/seccomp.ts';

interface Call {
  readonly call: number;
  readonly arch?: number;
  /** Each of 64 bits. */
  readonly args?: readonly bigint[];
}

const X86_64 = 0xc000003e;
const I386 = 0x40000003;

/** What the kernel would answer: a machine for the few instructions of classic BPF that such filters have. */
function ask({ call, arch = X86_64, args = [] }: Call): 'allow' | number {
  const filter = seccompFilter();
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call, 0);
  data.writeUInt32LE(arch, 4);
  for (const [index, arg] of args.entries()) data.writeBigUInt64LE(arg, 16 + 8 * index);
  let a = 0;
  for (let at = 0; at < filter.length; at += 8) {
    const [code, k] = [filter.readUInt16LE(at), filter.readUInt32LE(at + 4)];
    if (code === 0x20) a = data.readUInt32LE(k);
    else if (code === 0x06) return k === 0x7fff0000 ? 'allow' : k & 0xffff;
    else {
      const tests = { 21: a === k, 53: a >= k, 69: (a & k) !== 0 };
      const holds = tests[code as keyof typeof tests];
      if (holds === undefined) throw new Error(`no such instruction: ${code}`);
      at += 8 * filter.readUInt8(at + (holds ? 2 : 3));
    }
  }
  throw new Error('it ended without an answer');
}

const { EPERM, ENOSYS, EAFNOSUPPORT } = ERRNO;

describe('a build', () => {
  it.each(Object.entries(REFUSED))('may not call %s', (_, call) => expect(ask({ call })).toBe(EPERM));

  it.each([
    ['read', 0],
    ['mmap', 9],
    ['rt_sigaction', 13],
    ['fork', 57],
    ['execve', 59],
    ['setresuid', 117],
    ['setgroups', 116],
    ['prctl', 157],
    ['mknod, for the pipes of make', 133],
    ['seccomp', 317],
    ['openat2', 437],
    ['the last that is known', 462],
  ])('may call %s', (_, call) => expect(ask({ call })).toBe('allow'));

  it.each([
    ['a thread', 0x3d0f00n, 'allow'],
    ['a process', 0x11n, 'allow'],
    ['a mount namespace', 0x20011n, EPERM],
    ['a user namespace', 0x10000011n, EPERM],
    ['a network namespace', 0x40000000n, EPERM],
  ])('clones %s', (_, flags, answer) => expect(ask({ call: 56, args: [flags] })).toBe(answer));

  it('has no clone3, no calls of other architectures, and none that nobody has looked at', () => {
    for (const call of [435, 463, 1000, 0x40000000, 0x40000000 + 59, 0xffffffff]) {
      expect(ask({ call })).toBe(ENOSYS);
    }
    expect(ask({ call: 0, arch: I386 })).toBe(ENOSYS);
  });

  it.each([
    ['unix', 1n, 'allow'],
    ['inet6', 10n, 'allow'],
    ['netlink', 16n, 'allow'],
    ['packet', 17n, EAFNOSUPPORT],
    ['alg', 38n, EAFNOSUPPORT],
    ['vsock, which reaches the host', 40n, EAFNOSUPPORT],
  ])('opens sockets: %s', (_, family, answer) => {
    expect(ask({ call: 41, args: [family, 1n] })).toBe(answer);
  });

  it('types into no terminal', () => {
    expect(ask({ call: 16, args: [0n, 0x5412n] })).toBe(EPERM);
    // The kernel looks at the lower half only.
    expect(ask({ call: 16, args: [0n, 0x1_0000_5412n] })).toBe(EPERM);
    expect(ask({ call: 16, args: [0n, 0x541cn] })).toBe(EPERM);
    expect(ask({ call: 16, args: [0x5412n, 0x5413n] })).toBe('allow');
  });

  it('may ask for its personality, and have no odd one', () => {
    expect(ask({ call: 135, args: [0xffffffffn] })).toBe('allow');
    expect(ask({ call: 135, args: [0x0400000n] })).toBe(EPERM);
  });
});

it('is short enough for the kernel', () => {
  // BPF_MAXINSNS
  expect(seccompFilter().length / 8).toBeLessThan(4096);
});
