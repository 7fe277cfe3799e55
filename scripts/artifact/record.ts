/**
 * `meta.json`: what the files of a folder in the cache must be, so that damage is seen before they are used. A file
 * that the file system says nobody has touched since its digest was taken is not read again for that.
 */
import type { BigIntStats } from 'node:fs';
import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { abortError, shell } from '../lib/exec.ts';
import { isRefusal } from '../lib/files.ts';
import { sha256File } from '../lib/hash-file.ts';
import { recallJson, writeJson } from '../lib/json.ts';
import { shellQuote } from '../lib/quote.ts';

export const FORMAT = 1;
/** Its mtime is when the folder was last used. */
export const META = 'meta.json';

/** Bytes from which on it pays to look for holes. */
const LARGE = 64 * 1024 ** 2;

const fileSchema = z.object({
  /** Of the content; of a sparse file, of an archive of what isn't holes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
  /** Bytes on disk, of a sparse file. */
  allocated: z.number().optional(),
  /** The file as it was when the digest was taken, as `fingerprint` tells it. */
  seen: z.string().optional(),
});

const metaSchema = z.object({
  format: z.literal(FORMAT),
  name: z.string(),
  inputs: z.array(z.string()),
  /** By their path in the folder. */
  files: z.record(
    z.string().refine((name) => !name.startsWith('/') && !name.split('/').includes('..')),
    fileSchema,
  ),
});

export type FileRecord = Readonly<z.infer<typeof fileSchema>>;
export type Meta = Readonly<z.infer<typeof metaSchema>>;

/** Writes down what the files of a folder are, so that `damagedFile` can tell whether they still are. */
export async function recordFiles(
  dir: string,
  about: { readonly name: string; readonly inputs: readonly string[] },
  names: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const files: Record<string, FileRecord> = {};
  for (const name of [...names].sort()) files[name] = await recordOf(join(dir, name), signal);
  await writeMeta(dir, { format: FORMAT, name: about.name, inputs: [...about.inputs], files });
}

/**
 * The first file of a folder that is not as it was recorded; undefined when all are, and then the folder counts
 * as used now. A cache that can only be read stays usable.
 */
export async function damagedFile(dir: string, signal?: AbortSignal): Promise<string | undefined> {
  const meta = await readMeta(dir);
  if (meta === undefined) return META;
  const moved: Record<string, FileRecord> = {};
  for (const [name, record] of Object.entries(meta.files)) {
    const path = join(dir, name);
    const stats = await stat(path, { bigint: true }).catch(() => undefined);
    if (stats !== undefined && fingerprint(stats) === record.seen) continue;
    const now =
      stats?.size === BigInt(record.bytes)
        ? await recordOf(path, signal, record).catch((error) => {
            if (isRefusal(error)) throw error;
            return undefined;
          })
        : undefined;
    if (signal?.aborted) throw abortError(signal);
    if (now?.sha256 !== record.sha256) return name;
    moved[name] = now;
  }
  // Copied or moved here since, but the same.
  if (Object.keys(moved).length > 0) {
    await writeMeta(dir, { ...meta, files: { ...meta.files, ...moved } }).catch(() => undefined);
  }
  await utimes(join(dir, META), new Date(), new Date()).catch(() => undefined);
  return undefined;
}

/**
 * As `damagedFile`, of a folder in which all files are recorded: one that isn't was forgotten by a damaged record.
 */
export async function damagedEntry(dir: string, signal?: AbortSignal): Promise<string | undefined> {
  const damaged = await damagedFile(dir, signal);
  if (damaged !== undefined) return damaged;
  const recorded = (await readMeta(dir))?.files ?? {};
  const there = await readdir(dir, { withFileTypes: true });
  const forgotten = there.some(
    (one) => !one.isDirectory() && !one.name.startsWith(META) && !(one.name in recorded),
  );
  return forgotten ? META : undefined;
}

/** Undefined when there is none that can be read, or it is not what such a file must be. */
export async function readMeta(dir: string): Promise<Meta | undefined> {
  return recallJson(join(dir, META), metaSchema);
}

async function writeMeta(dir: string, meta: Meta): Promise<void> {
  // Never half of it: another process may read it at any time.
  await writeJson(join(dir, META), meta);
}

/** `earlier`: says how its digest was taken. */
async function recordOf(path: string, signal?: AbortSignal, earlier?: FileRecord): Promise<FileRecord> {
  const before = await stat(path, { bigint: true });
  const bytes = Number(before.size);
  // stat(2) counts in blocks of 512 bytes.
  const allocated = Number(before.blocks) * 512;
  const sparse = earlier ? earlier.allocated !== undefined : bytes >= LARGE && allocated < bytes / 2;
  const sha256 = sparse ? await sha256Sparse(path, signal) : await sha256File(path, signal);
  return { sha256, bytes, ...(sparse ? { allocated } : {}), seen: fingerprint(before) };
}

/** Changes with every write, and with every copy; renaming a folder above doesn't change it. */
function fingerprint({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** Of where a file has data, and of that data: holes of gigabytes would take seconds to read. */
async function sha256Sparse(path: string, signal: AbortSignal | undefined): Promise<string> {
  const tar = ['tar', '--create', '--sparse', '--hole-detection=seek', '--format=gnu', '--mtime=@0'];
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=0', '--transform=s/.*/file/'];
  const archive = shellQuote([...tar, ...owner, '--file=-', '--absolute-names', path]);
  const { stdout } = await shell(`${archive} | sha256sum`, signal === undefined ? {} : { signal });
  return stdout.slice(0, 64);
}
