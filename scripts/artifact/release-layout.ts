/** Where the files of a release are, and what their checksums are. The environment may name other places. */
import { pathToFileURL } from 'node:url';
import { cardOf } from '../components/index.ts';
import { type ReleaseArch, type ReleaseFiles, releaseVariable } from '../components/releases.ts';
import { ArtifactError, UsageError } from '../lib/errors.ts';
import { resolvePath } from './path.ts';

/** The files of a release, and where they are. */
export interface Release extends ReleaseFiles {
  readonly base: string;
  /** Of the environment: names another base. */
  readonly variable: string;
}

/** The files of a release below `base`, an address without a trailing slash; undefined for other components. */
export function releaseFiles(component: string, version: string, arch: ReleaseArch): Release | undefined {
  const layout = cardOf(component)?.releases;
  if (layout === undefined) return undefined;
  const variable = releaseVariable(component);
  const named = process.env[variable];
  const base = named ? parseBase(named, variable) : layout.base;
  const { file, checksums, signature, content } = layout.files(version, arch);
  return { file, checksums, signature, content, base, variable };
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
