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

/** `user@host:path`, git's own short form. */
const SHORT = /^[\w.-]+(?:@[\w.-]+)?:(?!\/\/)/;

/** Throws UsageError for a folder that isn't there. */
export function locationOf(text: string): Location {
  const name = basename(text.replace(/\/+(?:\.git\/*)?$/, ''), '.git') || 'repository';
  if (/^[a-z][a-z0-9+]*:\/\//.test(text) || (SHORT.test(text) && !existsSync(text))) {
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
