/** `meta.json`: what the files of a folder in the cache must be, so that damage is seen before they are used. */
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { abortError } from '../lib/exec.ts';
import { sha256File } from '../lib/hash.ts';

export const FORMAT = 1;
/** Its mtime is when the folder was last used. */
export const META = 'meta.json';

export interface Meta {
  readonly format: typeof FORMAT;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
}

/** Writes down what the files of a folder are, so that `damagedFile` can tell whether they still are. */
export async function recordFiles(
  dir: string,
  about: { readonly name: string; readonly inputs: readonly string[] },
  names: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const files: Record<string, { sha256: string; bytes: number }> = {};
  for (const name of [...names].sort()) {
    const path = join(dir, name);
    files[name] = { sha256: await sha256File(path, signal), bytes: (await stat(path)).size };
  }
  const meta: Meta = { format: FORMAT, name: about.name, inputs: about.inputs, files };
  await writeFile(join(dir, META), `${JSON.stringify(meta, null, 2)}\n`, { flush: true });
}

/**
 * The first file of a folder that is not as it was recorded; undefined when all are, and then the folder counts
 * as used now. A cache that can only be read stays usable.
 */
export async function damagedFile(dir: string, signal?: AbortSignal): Promise<string | undefined> {
  const meta = await readMeta(dir);
  if (meta === undefined) return META;
  for (const [name, { sha256, bytes }] of Object.entries(meta.files)) {
    const path = join(dir, name);
    const size = await stat(path).then(
      (stats) => stats.size,
      () => undefined,
    );
    const same = size === bytes && (await sha256File(path, signal).catch(() => undefined)) === sha256;
    if (signal?.aborted) throw abortError(signal);
    if (!same) return name;
  }
  await utimes(join(dir, META), new Date(), new Date()).catch(() => undefined);
  return undefined;
}

/** Undefined when there is none that can be read. */
export async function readMeta(dir: string): Promise<Meta | undefined> {
  try {
    const meta: Meta = JSON.parse(await readFile(join(dir, META), 'utf8'));
    return meta.format === FORMAT && typeof meta.files === 'object' ? meta : undefined;
  } catch {
    return undefined;
  }
}
