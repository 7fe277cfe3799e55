/** The Debian mirror: the one that the host's own apt uses, unless `REPRO_DEBIAN_MIRROR` names another. */
import { ArtifactError } from '../lib/errors.ts';
import { run } from '../lib/exec.ts';
import { isDebianSuite } from './suites.ts';

const HINT = 'set REPRO_DEBIAN_MIRROR to the address of a Debian mirror, such as http://<host>/debian';

/** Address without a trailing slash. Throws ArtifactError `no-mirror`. */
export async function debianMirror(signal: AbortSignal): Promise<string> {
  const named = process.env.REPRO_DEBIAN_MIRROR;
  if (named !== undefined && named !== '') {
    if (!/^(https?|file|ftp):\/\/?./.test(named)) {
      throw new ArtifactError('no-mirror', `REPRO_DEBIAN_MIRROR is '${named}', which is no address`, {
        hint: HINT,
      });
    }
    return named.replace(/\/+$/, '');
  }
  const format = '$(CREATED_BY)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)';
  const { stdout } = await run(['apt-get', 'indextargets', '--format', format], {
    signal,
    okCodes: [0, 100],
  });
  const mirror = pickMirror(stdout);
  if (mirror === undefined) {
    throw new ArtifactError('no-mirror', "this host's apt uses no mirror of Debian itself", { hint: HINT });
  }
  return mirror;
}

/** The first repository that has component `main` of a suite of Debian: `Packages|<uri>|bookworm|main`. */
export function pickMirror(targets: string): string | undefined {
  for (const line of targets.split('\n')) {
    const [kind, uri, release, component] = line.split('|');
    if (kind === 'Packages' && component === 'main' && release !== undefined && isDebianSuite(release)) {
      return uri?.replace(/\/+$/, '');
    }
  }
  return undefined;
}
