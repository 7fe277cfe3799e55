/** Where a run keeps what it found. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../lib/files.ts';
import { sha256Text } from '../lib/hash.ts';
import type { Cell } from '../scenario/types.ts';

/** Longest file name that we make; file systems allow 255 bytes. */
const LONGEST = 150;

/** A text as the name of a file: `=`, `,`, `.`, `+` and `-` stay, anything unusual becomes `_`. */
export function fileName(text: string): string {
  const plain = plainOf(text);
  return plain.length <= LONGEST ? plain : apart(plain, text);
}

/**
 * Folder of a cell's evidence, relative to the run's: `cells/runc=1.1.15,cgroupDriver=cgroupfs`. Cells have
 * folders of their own: where more than a colon had to give way, as in `path:/a/b`, a digest tells them apart.
 */
export function cellDir(cell: Pick<Cell, 'id'>): string {
  const point = cell.id.slice(cell.id.indexOf('/') + 1);
  const plain = plainOf(point);
  const readable = plain.length <= LONGEST && plain === point.replaceAll(':', '_');
  return join('cells', readable ? plain : apart(plain, point));
}

const plainOf = (text: string) => text.replaceAll(/[^A-Za-z0-9=,._+-]+/g, '_').replace(/^\.+/, '_');

function apart(plain: string, text: string): string {
  const digest = `-${sha256Text(text).slice(0, 8)}`;
  return `${plain.slice(0, LONGEST - digest.length)}${digest}`;
}

/** Makes the folder of a new run, `<parent>/<time>-<scenario>`; a number is added when there is one already. */
export async function makeRunDir(parent: string, scenario: string, now: Date): Promise<string> {
  await makeFolder(parent);
  const time = now.toISOString().slice(0, 19).replaceAll(':', '-');
  for (let count = 1; ; count++) {
    const dir = join(parent, `${time}-${scenario}${count === 1 ? '' : `-${count}`}`);
    try {
      await mkdir(dir);
      return dir;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
