/** The programs of the host that a run needs: which, why, from which Debian package. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Tool } from '../../vm/machine.ts';
import { cardOf, DEFAULT_PROVIDER } from '../../vm/providers.ts';
import { KEYRING, keyringFile } from '../lib/keyring.ts';

const NEEDED_BY_ALL: readonly Tool[] = [
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

/** What every run needs on machines of these kinds. Throws UsageError for a kind that doesn't exist. */
export function toolsFor(providers: readonly string[] = [DEFAULT_PROVIDER]): Tool[] {
  const own = providers.flatMap((kind) => cardOf(kind).tools);
  const all = [...own, ...NEEDED_BY_ALL, ...(process.getuid?.() === 0 ? [] : NEEDED_BY_USERS)];
  return [...new Map(all.map((tool) => [tool.program, tool])).values()];
}

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
  /** Kinds of the machines. Default: the default one. */
  readonly providers?: readonly string[] | undefined;
}

/** What a run needs and this host lacks. */
export async function missingTools({ builds = false, providers }: Needs = {}): Promise<Missing[]> {
  const needed = [...toolsFor(providers), ...(builds ? BUILD_TOOLS : [])];
  const missing: Missing[] = await notFound(needed);
  const hasKeyring = await access(keyringFile()).then(
    () => true,
    () => false,
  );
  return hasKeyring ? missing : [...missing, { ...KEYRING, program: KEYRING.file }];
}

/** Those that this host lacks. */
export async function notFound(tools: readonly Tool[]): Promise<Tool[]> {
  const found = await Promise.all(tools.map((tool) => findProgram(tool.program)));
  return tools.filter((_, index) => found[index] === undefined);
}
