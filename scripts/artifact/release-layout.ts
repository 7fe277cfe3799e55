/** How the projects lay out their release pages: which files a version has, and where. The environment may name other pages. */
import { pathToFileURL } from 'node:url';
import { ArtifactError, UsageError } from '../lib/errors.ts';
import { resolvePath } from './path.ts';

/** As Go and so these projects name it: x86-64 is `amd64`, AArch64 is `arm64`. */
export type ReleaseArch = 'amd64' | 'arm64';

/**
 * What becomes of the file: the component's main program as it is, or a tar of which parts go below the root, without
 * the first `strip` folders of their names.
 */
export type Content =
  | { readonly kind: 'program' }
  | {
      readonly kind: 'tar';
      readonly members: readonly string[];
      readonly into: string;
      readonly strip?: number;
    };

/** The files of one version for one architecture, as paths below the base. */
export interface ReleaseFiles {
  readonly file: string;
  /** Output of sha256sum, signed in clear or not, or a digest alone. */
  readonly checksums: string;
  /** Detached OpenPGP signature of the file; undefined where the project publishes none. */
  readonly signature: string | undefined;
  readonly content: Content;
}

interface Layout {
  /** The project's own page. */
  readonly base: string;
  /** Of the environment: another base. */
  readonly variable: string;
  /** `version` without the `v`. */
  readonly files: (version: string, arch: ReleaseArch) => ReleaseFiles;
}

const github = (repository: string) => `https://github.com/${repository}/releases/download`;

/** By component. */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  // https://github.com/opencontainers/runc/blob/main/script/release_sign.sh
  runc: {
    base: github('opencontainers/runc'),
    variable: 'REPRO_RELEASES_RUNC',
    files: (version, arch) => ({
      file: `v${version}/runc.${arch}`,
      checksums: `v${version}/runc.sha256sum`,
      signature: `v${version}/runc.${arch}.asc`,
      content: { kind: 'program' },
    }),
  },
  // https://github.com/containerd/containerd/blob/main/docs/getting-started.md
  containerd: {
    base: github('containerd/containerd'),
    variable: 'REPRO_RELEASES_CONTAINERD',
    files: (version, arch) => {
      const file = `v${version}/containerd-${version}-linux-${arch}.tar.gz`;
      return tar(file, `${file}.sha256sum`, { members: ['bin'], into: 'usr' });
    },
  },
  // https://kubernetes.io/releases/download/#binaries
  kubelet: {
    base: 'https://dl.k8s.io/release',
    variable: 'REPRO_RELEASES_KUBELET',
    files: (version, arch) => {
      const file = `v${version}/bin/linux/${arch}/kubelet`;
      return { file, checksums: `${file}.sha256`, signature: undefined, content: { kind: 'program' } };
    },
  },
  // The test tarball, as https://github.com/kubernetes/release publishes it: with the node tests of that version.
  e2eNode: {
    base: 'https://dl.k8s.io/release',
    variable: 'REPRO_RELEASES_E2E_NODE',
    files: (version, arch) => {
      const file = `v${version}/kubernetes-test-linux-${arch}.tar.gz`;
      const members = ['kubernetes/test/bin/e2e_node.test'];
      return tar(file, `${file}.sha256`, { members, into: 'usr/bin', strip: 3 });
    },
  },
  // https://github.com/kubernetes-sigs/cri-tools/releases
  crictl: {
    base: github('kubernetes-sigs/cri-tools'),
    variable: 'REPRO_RELEASES_CRICTL',
    files: (version, arch) => {
      const file = `v${version}/crictl-v${version}-linux-${arch}.tar.gz`;
      return tar(file, `${file}.sha256`, { members: ['crictl'], into: 'usr/bin' });
    },
  },
  critest: {
    base: github('kubernetes-sigs/cri-tools'),
    variable: 'REPRO_RELEASES_CRITEST',
    files: (version, arch) => {
      const file = `v${version}/critest-v${version}-linux-${arch}.tar.gz`;
      return tar(file, `${file}.sha256`, { members: ['critest'], into: 'usr/bin' });
    },
  },
  // https://github.com/containernetworking/plugins/blob/main/scripts/release.sh; Debian has them in /usr/lib/cni.
  cniPlugins: {
    base: github('containernetworking/plugins'),
    variable: 'REPRO_RELEASES_CNI_PLUGINS',
    files: (version, arch) => {
      const file = `v${version}/cni-plugins-linux-${arch}-v${version}.tgz`;
      return tar(file, `${file}.sha256`, { members: [], into: 'usr/lib/cni' });
    },
  },
};

/** No `members` means all. */
function tar(
  file: string,
  checksums: string,
  content: Omit<Content & { kind: 'tar' }, 'kind'>,
): ReleaseFiles {
  return { file, checksums, signature: undefined, content: { kind: 'tar', ...content } };
}

/** The files of a release below `base`, an address without a trailing slash; undefined for other components. */
export function releaseFiles(
  component: string,
  version: string,
  arch: ReleaseArch,
): (ReleaseFiles & { readonly base: string; readonly variable: string }) | undefined {
  const layout = Object.hasOwn(LAYOUTS, component) ? LAYOUTS[component] : undefined;
  if (layout === undefined) return undefined;
  const named = process.env[layout.variable];
  const base = named ? parseBase(named, layout.variable) : layout.base;
  return { ...layout.files(version, arch), base, variable: layout.variable };
}

/** An address or a folder as an address. Throws UsageError. */
function parseBase(text: string, variable: string): string {
  if (/^(?:https?|file):\/\/./.test(text) && URL.canParse(text)) {
    const { username, password } = new URL(text);
    if (username === '' && password === '') return text.replace(/\/+$/, '');
    throw new UsageError('releases', `${variable} has a name or a password in it, which reports would show`, {
      hint: 'use a mirror that asks for none, or a folder',
    });
  }
  if (/^[~./]/.test(text)) return pathToFileURL(resolvePath(text)).href.replace(/\/+$/, '');
  throw new UsageError('releases', `${variable} is '${text}', which is neither an address nor a folder`, {
    hint: 'such as https://mirror.example.org/runc, file:///srv/releases/runc or ./releases/runc',
  });
}

/** A digest alone, or `<digest>  <name>`, `<digest> *<name>` as sha256sum writes it; any folder before the name. */
const LINE = /^([0-9a-f]{64})(?:[ \t]+\*?(?:.*\/)?(\S+))?$/i;

/** The sha256 that a file of checksums has for `name`. Throws ArtifactError `checksum` when it has none. */
export function findChecksum(text: string, name: string, where: string): string {
  const lines = text.split(/\r?\n/).flatMap((line) => [LINE.exec(line.trim()) ?? []]);
  const known = lines.filter(([whole]) => whole !== undefined);
  const [, digest] =
    known.find(([, , file]) => file === name) ?? (known.length === 1 && !known[0]?.[2] ? known[0] : []) ?? [];
  if (digest === undefined) throw new ArtifactError('checksum', `${where} has no sha256 of ${name}`);
  return digest.toLowerCase();
}
