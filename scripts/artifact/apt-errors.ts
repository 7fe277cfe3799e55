/** What apt's messages mean for the one who reads them. */
import { ArtifactError } from '../lib/errors.ts';
import { RunError } from '../lib/exec.ts';
import { KEYRING } from '../lib/keyring.ts';

interface Cause {
  readonly code: string;
  readonly said: RegExp;
  readonly why: string;
  readonly hint: string;
}

/** In the order in which they are tried: apt says several of them at once. */
const CAUSES: readonly Cause[] = [
  {
    code: 'expired',
    said: /not valid yet|is expired \(invalid since/i,
    why: 'it is not of these days',
    hint: 'check the clock of this host, or set REPRO_DEBIAN_MIRROR to a mirror that is kept up to date',
  },
  {
    code: 'signature',
    said: /is not signed|NO_PUBKEY|BADSIG|EXPKEYSIG|invalid signature|signatures? (?:couldn't|could not|were not|weren't) be verified|Missing key|Clearsigned file/i,
    why: 'its signature cannot be verified',
    hint: `update the package ${KEYRING.package}; nothing that is not signed is ever used`,
  },
  {
    code: 'digest',
    said: /Hash Sum mismatch|unexpected size/i,
    why: 'a file is not what the signed index says',
    hint: 'the mirror may be in the middle of an update, or a proxy damages files: try again later',
  },
  {
    code: 'mirror-down',
    said: /Could not connect|Connection (?:refused|timed out|failed)|Temporary failure resolving|Could not resolve|Unable to connect|Could not handshake/i,
    why: 'the mirror cannot be reached',
    hint: 'check the network, or set REPRO_DEBIAN_MIRROR; --offline works from the cache alone',
  },
  {
    code: 'not-on-mirror',
    said: /does not have a Release file|404 +Not Found|File not found/i,
    why: 'the mirror does not have it',
    hint: 'check the name of the suite, and REPRO_DEBIAN_MIRROR',
  },
  {
    code: 'download',
    said: /Failed to fetch|Some files failed to download/i,
    why: 'the download failed',
    hint: 'try again; --offline works from the cache alone',
  },
];

/**
 * An ArtifactError that says what happened to `what`; `error` itself when it isn't apt's or isn't known.
 * `meant` is the hint when the mirror doesn't have it.
 */
export function explainApt(error: unknown, what: string, meant?: string): unknown {
  if (!(error instanceof RunError)) return error;
  const said = error.output
    .split('\n')
    .filter((line) => /^\s*(?:E|W|Err):/.test(line) || /^\s*Err\b/.test(line));
  for (const { code, said: pattern, why, hint } of CAUSES) {
    if (!pattern.test(error.output)) continue;
    const words = said.find((line) => pattern.test(line)) ?? said[0];
    const message = `${what}: ${why}${words === undefined ? '' : ` (${words.trim()})`}`;
    return new ArtifactError(code, message, {
      hint: code === 'not-on-mirror' ? (meant ?? hint) : hint,
      cause: error,
    });
  }
  return error;
}
