/** JSON on disk: checked by a schema when it is read, whole or not at all when it is written. */
import { readFile } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { UsageError } from './errors.ts';
import { isRefusal, writeWhole } from './files.ts';

/** Throws UsageError `damaged` that names the file, and what is wrong where in it. */
export function parseJson<T>(text: string, schema: ZodType<T>, file: string): T {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : String(error), error);
  }
  const checked = schema.safeParse(data);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const where = issue?.path.map(String).join('.') || 'the top level';
  throw damaged(file, `${issue?.message ?? 'it has another shape'}, at ${where}`);
}

/** A file that somebody relies on. Throws UsageError `damaged`, and what reading it throws. */
export async function readJson<T>(file: string, schema: ZodType<T>): Promise<T> {
  return parseJson(await readFile(file, 'utf8'), schema, file);
}

/**
 * A file that can be made again: undefined when it isn't there, can't be read or isn't what it should be. Throws when
 * the host refuses to have it read, for that says nothing of the file.
 */
export async function recallJson<T>(file: string, schema: ZodType<T>): Promise<T | undefined> {
  return readJson(file, schema).catch((error) => {
    if (isRefusal(error)) throw error;
    return undefined;
  });
}

export async function writeJson(
  file: string,
  value: unknown,
  options: { readonly mode?: number } = {},
): Promise<void> {
  await writeWhole(file, `${JSON.stringify(value, null, 2)}\n`, options);
}

function damaged(file: string, what: string, cause?: unknown): UsageError {
  return new UsageError('damaged', `${file} is damaged: ${what}`, {
    hint: 'restore the file from a copy, or begin anew without it',
    cause,
  });
}
