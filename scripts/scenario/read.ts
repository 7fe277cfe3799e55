/** Reads a scenario file: a regular file of a bounded size, in UTF-8. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { UsageError } from '../lib/errors.ts';
import { LARGEST_FILE } from './limits.ts';

/** The file's text. `shown` names it in messages. Throws UsageError `scenario-file`. */
export function readScenario(path: string, shown: string): string {
  const bytes = readBounded(path, shown);
  // JSON's and YAML's other encodings: refused by name, for as UTF-8 they would be told as a hundred errors.
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw refuse(shown, 'is in UTF-16', 'Save it as UTF-8.');
  }
  if (bytes.includes(0)) throw refuse(shown, 'is not a text file: it has a NUL byte');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse(shown, 'is not in UTF-8', 'Save it as UTF-8.', cause);
  }
}

function readBounded(path: string, shown: string): Buffer {
  let fd: number;
  try {
    // A pipe that nobody writes to would be waited for.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw refuse(shown, whyNot(error), undefined, error);
  }
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw refuse(shown, 'is a folder');
    if (!stat.isFile()) throw refuse(shown, 'is not a file, but a pipe, a socket or a device');
    const bytes = Buffer.alloc(LARGEST_FILE + 1);
    let length = 0;
    for (let more = -1; more !== 0 && length < bytes.length; length += more) {
      more = readSync(fd, bytes, length, bytes.length - length, null);
    }
    if (length <= LARGEST_FILE) return bytes.subarray(0, length);
    const size = stat.size > length ? `has ${stat.size} bytes, and` : 'is too large:';
    throw refuse(shown, `${size} ${LARGEST_FILE} are the most`);
  } finally {
    closeSync(fd);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'is a folder',
  EACCES: 'you may not read it',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENXIO: 'is not a file, but a pipe, a socket or a device',
  ERR_INVALID_ARG_VALUE: 'no file has such a name',
};

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return WHY[code] ?? String(error);
}

function refuse(shown: string, why: string, hint?: string, cause?: unknown): UsageError {
  return new UsageError('scenario-file', `${shown}: ${why}`, { hint, cause });
}
