/** The programs of the host that a run needs: which, why, from which Debian package. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { KEYRING, keyringFile } from '../lib/keyring.ts';

export interface Tool {
  readonly program: string;
  readonly package: string;
  readonly why: string;
  /** Arguments that make it print its version. */
  readonly version: readonly string[];
}

const NEEDED_BY_ALL: readonly Tool[] = [
  {
    program: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    why: 'runs the machines',
    version: ['--version'],
  },
  {
    program: 'mmdebstrap',
    package: 'mmdebstrap',
    why: "makes the machines' userland",
    version: ['--version'],
  },
  {
    program: 'mksquashfs',
    package: 'squashfs-tools',
    why: 'packs userland and layers',
    version: ['-version'],
  },
  { program: 'apt-get', package: 'apt', why: 'fetches signed packages', version: ['--version'] },
  { program: 'dpkg-deb', package: 'dpkg', why: 'unpacks packages', version: ['--version'] },
  { program: 'depmod', package: 'kmod', why: "lists a kernel's modules", version: ['--version'] },
  { program: 'cpio', package: 'cpio', why: 'packs the initrd', version: ['--version'] },
  { program: 'xz', package: 'xz-utils', why: "unpacks a kernel's modules", version: ['--version'] },
  { program: 'zstd', package: 'zstd', why: 'unpacks kernels', version: ['--version'] },
  { program: 'lz4', package: 'lz4', why: 'unpacks kernels', version: ['--version'] },
  { program: 'mkfs.ext4', package: 'e2fsprogs', why: "makes a machine's scratch disk", version: ['-V'] },
  { program: 'ssh', package: 'openssh-client', why: 'opens shells on machines', version: ['-V'] },
  {
    program: 'tar',
    package: 'tar',
    why: 'tells whether a snapshot is still what was saved',
    version: ['--version'],
  },
];

/** By runs that build `git:` revisions or source packages. */
export const BUILD_TOOLS: readonly Tool[] = [
  { program: 'git', package: 'git', why: 'reads the repositories of what is built', version: ['--version'] },
  { program: 'bwrap', package: 'bubblewrap', why: 'keeps builds from the host', version: ['--version'] },
  { program: 'dpkg-source', package: 'dpkg-dev', why: 'unpacks source packages', version: ['--version'] },
];

/** By those who aren't root. */
const NEEDED_BY_USERS: readonly Tool[] = [
  { program: 'newuidmap', package: 'uidmap', why: 'lets mmdebstrap work without root', version: ['--help'] },
];

export const TOOLS: readonly Tool[] = [
  ...NEEDED_BY_ALL,
  ...(process.getuid?.() === 0 ? [] : NEEDED_BY_USERS),
];

/** `mkfs.ext4`, `depmod` and their like are in sbin, which a user's PATH often lacks. */
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Puts sbin on this process's PATH, for itself and everything it starts. */
export function extendPath(): void {
  const path = (process.env.PATH ?? '').split(delimiter);
  process.env.PATH = [...path, ...SBIN.filter((dir) => !path.includes(dir))].join(delimiter);
}

/** Where a program is, undefined when it isn't on the PATH. */
export async function findProgram(program: string): Promise<string | undefined> {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(dir, program);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

export interface Missing {
  readonly program: string;
  readonly package: string;
  readonly why: string;
}

export interface Needs {
  /** Whether something is built. */
  readonly builds?: boolean | undefined;
}

/** What a run needs and this host lacks. */
export async function missingTools({ builds = false }: Needs = {}): Promise<Missing[]> {
  const needed = builds ? [...TOOLS, ...BUILD_TOOLS] : TOOLS;
  const found = await Promise.all(needed.map((tool) => findProgram(tool.program)));
  const missing: Missing[] = needed.filter((_, index) => found[index] === undefined);
  const hasKeyring = await access(keyringFile()).then(
    () => true,
    () => false,
  );
  return hasKeyring ? missing : [...missing, { ...KEYRING, program: KEYRING.file }];
}
