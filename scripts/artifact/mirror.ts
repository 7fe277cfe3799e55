/** The Debian mirror: the one that the host's own apt uses, unless `REPRO_DEBIAN_MIRROR` names another. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError } from '../lib/errors.ts';
import { RunError, run } from '../lib/exec.ts';
import { remembered } from './remembered.ts';
import { isCodename, isDebianSuite } from './suites.ts';

const HINT = 'set REPRO_DEBIAN_MIRROR to the address of a Debian mirror, such as http://<host>/debian';

/** Address without a trailing slash. Throws ArtifactError `no-mirror`. */
export async function debianMirror(signal: AbortSignal): Promise<string> {
  const named = process.env.REPRO_DEBIAN_MIRROR;
  if (named !== undefined && named !== '') {
    if (!/^(https?|file|ftp):\/\/?./.test(named) || /\s/.test(named)) {
      throw new ArtifactError('no-mirror', `REPRO_DEBIAN_MIRROR is '${named}', which is not a URL`, {
        hint: HINT,
      });
    }
    return named.replace(/\/+$/, '');
  }
  const mirror = pickMirror(await hostTargets(signal));
  if (mirror === undefined) {
    throw new ArtifactError('no-mirror', "this host's apt uses no mirror of Debian itself", { hint: HINT });
  }
  return mirror;
}

/** As `debianMirror`; the host's apt is asked again only once its configuration, or what it downloaded, has changed. */
export async function knownMirror(cacheRoot: string, signal: AbortSignal): Promise<string> {
  const { REPRO_DEBIAN_MIRROR, APT_CONFIG } = process.env;
  // That file may name any others.
  if (REPRO_DEBIAN_MIRROR || APT_CONFIG) return debianMirror(signal);
  return remembered(join(cacheRoot, 'apt', 'mirror'), await hostState(), () => debianMirror(signal));
}

/** Changes whenever a file of apt's configuration, or the set of indexes that it has, does. */
async function hostState(): Promise<string> {
  const names = await readdir('/etc/apt', { recursive: true }).catch(() => []);
  const paths = ['/var/lib/apt/lists', '/etc/apt', ...names.sort().map((name) => join('/etc/apt', name))];
  const states = await Promise.all(
    paths.map(async (path) => {
      const stats = await stat(path).catch(() => undefined);
      return `${path} ${stats?.size} ${stats?.mtimeMs}`;
    }),
  );
  return states.join('\n');
}

/** One package index that the host's apt knows of. */
export interface IndexTarget {
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
  /** As the archive calls itself; empty before the first `apt-get update`. */
  readonly origin: string;
  readonly label: string;
}

/**
 * The archive that is Debian proper: it offers `main` of one of Debian's suites (so neither security updates nor
 * a vendor's own suites) and doesn't call itself otherwise. Before the first `apt-get update` an archive says
 * nothing about itself, and a vendor may have named a suite after Debian's; then the more it is laid out like
 * Debian's, the better. (A wrong choice installs nothing: its signature isn't Debian's.)
 */
export function pickMirror(targets: readonly IndexTarget[]): string | undefined {
  const score = ({ uri, suite, component, origin, label }: IndexTarget): number => {
    if (component !== 'main' || !isDebianSuite(suite) || uri.startsWith('cdrom:')) return 0;
    if (origin !== '') return origin === 'Debian' && label !== 'Debian-Security' ? 8 : 0;
    const updates = targets.some((other) => other.uri === uri && other.suite === `${suite}-updates`) ? 4 : 0;
    // Any vendor may call a suite `stable`.
    return isCodename(suite) ? 1 + updates + (/\/debian\/?$/.test(uri) ? 2 : 0) : updates;
  };
  const [best] = targets
    .map((target) => ({ uri: target.uri, score: score(target) }))
    .filter((candidate) => candidate.score > 0)
    .sort((a, b) => b.score - a.score);
  return best?.uri.replace(/\/+$/, '');
}

const FIELDS = ['CREATED_BY', 'REPO_URI', 'RELEASE', 'COMPONENT', 'ORIGIN', 'LABEL'];

/**
 * The package indexes of the host's apt sources, in their order, whether or not they were ever downloaded.
 * `config` are further options of apt. Throws ArtifactError `no-mirror` on a host without a usable apt.
 */
export async function hostTargets(
  signal: AbortSignal,
  config: readonly string[] = [],
): Promise<IndexTarget[]> {
  const format = FIELDS.map((field) => `$(${field})`).join('|');
  const list = async (...flags: string[]) => {
    const argv = ['apt-get', 'indextargets', '--format', format, ...flags, ...config];
    const { stdout } = await run(argv, { signal }).catch((error: unknown) => {
      if (!(error instanceof RunError)) throw error;
      const why = error.code === 'tool-missing' ? 'has no apt' : "can't read its own apt sources";
      throw new ArtifactError('no-mirror', `this host ${why}, so it names no Debian mirror`, {
        hint: HINT,
        cause: error,
      });
    });
    return parseTargets(stdout);
  };
  // Without release information all are listed; with it, only what was downloaded, and who made it.
  const [all, known] = [await list('--no-release-info'), await list()];
  const id = ({ uri, suite, component }: IndexTarget) => `${uri}|${suite}|${component}`;
  return all.map((target) => known.find((one) => id(one) === id(target)) ?? target);
}

/** Lines of `apt-get indextargets --format`; a field that apt doesn't know stays as `$(FIELD)`. */
export function parseTargets(stdout: string): IndexTarget[] {
  return stdout.split('\n').flatMap((line) => {
    const fields = line.split('|').map((field) => (field.startsWith('$(') ? '' : field));
    const [kind, uri = '', suite = '', component = '', origin = '', label = ''] = fields;
    return kind === 'Packages' ? [{ uri, suite, component, origin, label }] : [];
  });
}
