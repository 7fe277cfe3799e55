/** SHA-256 of files, as lower-case hex. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Digest of a file, read in pieces. Throws an AbortError when `signal` is aborted. */
export async function sha256File(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const options = signal === undefined ? {} : { signal };
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, options);
  return hash.digest('hex');
}
