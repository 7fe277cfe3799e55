/** Files from the network (or from a folder): retried, resumed where they broke off, verified. */

import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Dispatcher } from 'undici';
import { ArtifactError, messageOf } from '../lib/errors.ts';
import { abortError } from '../lib/exec.ts';
import { sha256File } from '../lib/hash-file.ts';
import { formatBytes } from '../lib/units.ts';
import { isDiskFull } from './disk.ts';

export interface DownloadOptions {
  /** Milliseconds without a byte after which a connection counts as dead. Default 30 s. */
  readonly stall?: number;
  /** Milliseconds before the second attempt; it doubles with each. Default 1 s. */
  readonly pause?: number;
  /** Told what went wrong and is tried again, a line each. */
  readonly notice?: (line: string) => void;
}

const STALL = 30_000;
const PAUSE = 1_000;
/** How often a file is asked for before its download counts as failed. */
const ATTEMPTS = 4;
const REDIRECTS = 10;

/** Worth another attempt: what went wrong may be gone by then. */
class Broken extends Error {}

export interface Wanted {
  /** `http:`, `https:` or `file:`. */
  readonly url: string;
  /** Path of the file. */
  readonly to: string;
  /** Where it is known. */
  readonly sha256?: string | undefined;
}

/**
 * Downloads `url` to `to`. What arrived stays in `<to>.part` when the download
 * fails, and the next one goes on from there. Where `sha256` is given and doesn't fit, nothing stays.
 * Throws ArtifactError: `not-found`, `digest`, or `download` for everything else that can go wrong on the way.
 */
export async function download(
  { url, to, sha256 }: Wanted,
  signal: AbortSignal,
  options: DownloadOptions = {},
): Promise<void> {
  const part = `${to}.part`;
  for (;;) {
    const begun = (await bytesOf(part)) > 0;
    await fetchAll(url, part, signal, options);
    const found = sha256 === undefined ? undefined : await sha256File(part, signal);
    if (found === sha256) break;
    await rm(part);
    // What an earlier attempt had left may have been of another file.
    if (begun) continue;
    throw new ArtifactError('digest', `${url} has sha256 ${found}, and its checksum file says ${sha256}`, {
      hint: 'the file or a proxy on the way is damaged, or the release is not what it was: nothing of it is used',
    });
  }
  await rename(part, to);
}

/** Bytes of what `url` leads to, without fetching it; undefined when the server doesn't tell. */
export async function sizeOf(
  url: string,
  signal: AbortSignal,
  options: DownloadOptions = {},
): Promise<number | undefined> {
  if (url.startsWith('file:')) return (await fileStats(url)).size;
  return withDispatcher(options, async (dispatcher) => {
    const { request } = await import('undici');
    const answer = await request(url, { method: 'HEAD', dispatcher, signal });
    const length = Number(answer.headers['content-length']);
    return answer.statusCode === 200 && Number.isSafeInteger(length) && length > 0 ? length : undefined;
  }).catch((error) => {
    if (signal.aborted) throw abortError(signal);
    if (reasonOf(error, STALL) === undefined) throw error;
    return undefined;
  });
}

/** Until `part` is whole, by as many attempts as it may take. */
async function fetchAll(
  url: string,
  part: string,
  signal: AbortSignal,
  options: DownloadOptions,
): Promise<void> {
  if (url.startsWith('file:')) {
    await fileStats(url);
    return copyFile(fileURLToPath(url), part);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withDispatcher(options, (dispatcher) => receive(url, part, dispatcher, signal));
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      const why = reasonOf(error, options.stall ?? STALL);
      if (why === undefined) throw error;
      const had = await bytesOf(part);
      const after = had === 0 ? '' : ` after ${formatBytes(had)}`;
      if (attempt === ATTEMPTS) {
        throw new ArtifactError('download', `cannot download ${url}: ${why}${after}; ${attempt} attempts`, {
          hint: had === 0 ? 'check the network' : 'what arrived is kept: run it again to go on from there',
          cause: error,
        });
      }
      options.notice?.(`${basename(url)}: ${why}${after}; trying again`);
      await sleep((options.pause ?? PAUSE) * 2 ** (attempt - 1), undefined, { signal }).catch(() => {
        throw abortError(signal);
      });
    }
  }
}

/** One request for what `part` lacks. */
async function receive(
  url: string,
  part: string,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<void> {
  const { request } = await import('undici');
  const had = await bytesOf(part);
  const headers = had === 0 ? {} : { range: `bytes=${had}-` };
  const { statusCode, headers: told, body } = await request(url, { dispatcher, headers, signal });
  const resumes = statusCode === 206 && String(told['content-range'] ?? '').startsWith(`bytes ${had}-`);
  if (statusCode === 200 || resumes) {
    return append(part, resumes ? 'a' : 'w', body);
  }
  await body.dump();
  if (statusCode === 404 || statusCode === 410) {
    throw new ArtifactError('not-found', `there is no ${url} (HTTP status ${statusCode})`);
  }
  if (statusCode === 206 || statusCode === 416) {
    // It can't go on from there: all of it, then.
    await rm(part, { force: true });
    throw new Broken(`cannot be resumed (HTTP status ${statusCode})`);
  }
  const why = `the server answers with HTTP status ${statusCode}`;
  if (statusCode >= 500 || statusCode === 408 || statusCode === 429) throw new Broken(why);
  throw new ArtifactError('download', `cannot download ${url}: ${why}`);
}

/** Every piece is in the file before the next one is asked for: what came before a connection broke off counts. */
async function append(path: string, flags: 'a' | 'w', pieces: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, flags);
  try {
    for await (const piece of pieces) await file.writeFile(piece);
  } finally {
    await file.close();
  }
}

/** With the proxies that the environment names (`https_proxy`, `no_proxy`, …), following redirects. */
async function withDispatcher<T>(
  { stall = STALL }: DownloadOptions,
  use: (dispatcher: Dispatcher) => Promise<T>,
): Promise<T> {
  const { EnvHttpProxyAgent, interceptors } = await import('undici');
  const agent = new EnvHttpProxyAgent({
    headersTimeout: stall,
    bodyTimeout: stall,
    connect: { timeout: stall },
  });
  try {
    return await use(agent.compose(interceptors.redirect({ maxRedirections: REDIRECTS })));
  } finally {
    await agent.destroy();
  }
}

/** What undici's errors mean (https://undici.nodejs.org/#/docs/api/Errors). */
const REASONS: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection',
  UND_ERR_HEADERS_TIMEOUT: 'no answer',
  UND_ERR_BODY_TIMEOUT: 'nothing more came',
};

/**
 * Why an attempt failed, where another one may succeed; undefined where the fault isn't the network's: a final
 * answer, the disk, a bug of ours.
 */
function reasonOf(error: unknown, stall: number): string | undefined {
  if (error instanceof Broken) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || path !== undefined || error instanceof ArtifactError || isDiskFull(error))
    return undefined;
  const reason = REASONS[code];
  if (reason !== undefined) return `${reason} for ${stall / 1000} s`;
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET') return 'the connection broke off';
  const message = messageOf(error) || 'no connection';
  return message.includes(code) ? message : `${message} (${code})`;
}

async function fileStats(url: string): Promise<{ readonly size: number }> {
  const path = fileURLToPath(url);
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile()) return stats;
  throw new ArtifactError('not-found', `there is no file ${path}`);
}

async function bytesOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
