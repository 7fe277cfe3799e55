/** OpenPGP signatures of downloads, checked with the user's keyring. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArtifactError, UsageError } from '../lib/errors.ts';
import { RunError, run } from '../lib/exec.ts';
import { sha256File } from '../lib/hash-file.ts';
import { ownFolder } from '../lib/owned.ts';

const VARIABLE = 'REPRO_RELEASES_KEYRING';

export interface Keyring {
  readonly path: string;
  readonly sha256: string;
}

/** The keyring that `REPRO_RELEASES_KEYRING` names; undefined when it names none. Throws UsageError. */
export async function releaseKeyring(): Promise<Keyring | undefined> {
  const path = process.env[VARIABLE];
  if (!path) return undefined;
  const sha256 = await sha256File(path).catch((error) => {
    throw new UsageError('keyring', `${VARIABLE}: cannot read ${path} (${error.code})`);
  });
  return { path, sha256 };
}

/**
 * Throws ArtifactError `signature` unless `signature` is one of `file` by a key of the keyring. gpgv asks
 * neither whether a key is trusted (they all are) nor whether it has expired since.
 */
export async function verifySignature(
  file: string,
  signature: string,
  keyring: Keyring,
  signal: AbortSignal,
): Promise<void> {
  const home = await ownFolder('gpgv');
  try {
    const keys = join(home, 'keys.gpg');
    await writeFile(keys, dearmor(await readFile(keyring.path)));
    await run(['gpgv', '--homedir', home, '--keyring', keys, signature, file], { signal });
  } catch (error) {
    if (!(error instanceof RunError) || error.code === 'tool-missing') throw error;
    const said = error.output.split('\n').filter((line) => line !== '');
    const why = said.at(-1)?.replace(/^gpgv: /, '') ?? error.message;
    throw new ArtifactError('signature', `it is not signed by a key of ${keyring.path} (${why})`, {
      hint: `nothing unsigned is used while ${VARIABLE} is set`,
      cause: error,
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** A blank line ends the headers; `=` begins the checksum (RFC 9580, section 6). */
const ARMOR =
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----[^\n]*\n(?:[^\n]*\S[^\n]*\n)*?\s*\n([A-Za-z0-9+/=\s]*?)(?:^=[^\n]*\n)?-----END PGP/gm;

/** Keys in ASCII armor, any number of blocks with any text between them, as gpgv wants them; others as they are. */
export function dearmor(keys: Buffer): Buffer {
  const blocks = [...keys.toString('latin1').matchAll(ARMOR)];
  if (blocks.length === 0) return keys;
  return Buffer.concat(blocks.map(([, text = '']) => Buffer.from(text.replaceAll(/\s/g, ''), 'base64')));
}
