/** Where a repository is: an address, or a folder of this host. */
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { UsageError } from '../../lib/errors.ts';
import { resolvePath } from '../path.ts';

export interface Location {
  /** What git is given. */
  readonly address: string;
  /** The same without a password, for people and reports. */
  readonly shown: string;
  /** Folder of this host; undefined for what is elsewhere. */
  readonly path: string | undefined;
  /** `runc`. */
  readonly name: string;
}

/**
 * Transports that git may use. All others are refused, by us and by git: `ext::` runs any program, `fd::` reads a
 * file that is open, and `http` can be changed on its way.
 */
export const PROTOCOLS = ['https', 'ssh', 'git', 'file'] as const;

const ALLOWED = 'https://, ssh://, git:// or file://, user@host:path, or a folder';
/** A scheme and what follows: `https://example.org/runc.git`. */
const LONG = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/;
/** A host, perhaps after a user and before a port; never an option for ssh. IPv6 addresses are in brackets. */
const HOST = /^(?:[^/@]*@)?(?:\w[\w.-]*|\[[0-9A-Fa-f:.]+\])(?::\d+)?(?:\/|$)/;
/** `user@host:path`, git's own short form. */
const SHORT = /^(?:\w[\w.-]*@)?\w[\w.-]*:(?!:|\/\/)/;
/** `ext::sh -c …`: a program of the host that git runs to talk to a repository. */
const HELPER = /^[\w.+-]*::/;

/** Throws UsageError for an address that git must not be given, and for a folder that isn't there. */
export function locationOf(text: string): Location {
  const why = refusal(text);
  if (why !== undefined) {
    const hint = `name a repository by ${ALLOWED}`;
    throw new UsageError('repo', `${JSON.stringify(text)} is not a repository address: ${why}`, { hint });
  }
  const name = nameOf(text);
  if (LONG.test(text) || (SHORT.test(text) && !existsSync(text))) {
    return { address: text, shown: text.replace(/^([a-z+]+:\/\/)[^/@]*@/, '$1'), path: undefined, name };
  }
  const path = resolvePath(text);
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    throw new UsageError('repo', `there is no repository at ${path}`, {
      hint: `name a folder (a relative path is looked up from ${process.cwd()}) or an address`,
    });
  }
  return { address: path, shown: text, path, name };
}

/** Why git must not be given this; undefined when it may. */
function refusal(text: string): string | undefined {
  if (text === '') return 'it is empty';
  if (text.startsWith('-')) return 'it begins like an option';
  if (/\p{Cc}/u.test(text)) return 'it has control characters';
  if (HELPER.test(text)) return `"${text.slice(0, text.indexOf('::') + 2)}" names a program of git's to run`;
  const [, scheme, rest = ''] = LONG.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  if (!PROTOCOLS.some((one) => one === scheme)) return `${scheme}:// is not used`;
  if (scheme === 'file') return rest.startsWith('/') ? undefined : 'file:// takes an absolute path';
  return HOST.test(rest) ? undefined : 'it names no host';
}

/** The last part of the path, as a name of a folder. */
function nameOf(text: string): string {
  const last = basename(text.replace(/\/+(?:\.git\/*)?$/, ''), '.git').replace(/^.*:/, '');
  return last.replace(/^\.+/, '') || 'repository';
}
