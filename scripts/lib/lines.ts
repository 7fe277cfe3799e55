/** Journals: one JSON value a line, added as they come. What a crash tore, or a full disk, is the last line at most. */
import { open, readFile, truncate } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { writeError } from './files.ts';
import { shapeFlaw } from './json.ts';

export interface Lines<T> {
  /** In order, with all their fields, also those that the schema doesn't know. */
  readonly values: readonly T[];
  /** Lines that are whole and yet not of the schema, counted from 1. */
  readonly damaged: readonly { readonly line: number; readonly why: string }[];
}

/**
 * Reads a journal; one that isn't there is empty. A truncated last line is passed over and, with `mend`, taken out, which
 * only the one who writes the journal may ask for. Throws what reading throws.
 */
export async function readLines<T>(
  file: string,
  schema: ZodType<T>,
  { mend = false }: { readonly mend?: boolean } = {},
): Promise<Lines<T>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (mend && whole.length < text.length) await truncate(file, Buffer.byteLength(whole));
  const values: T[] = [];
  const damaged: { line: number; why: string }[] = [];
  for (const [at, line] of whole.split('\n').entries()) {
    if (line === '') continue;
    const parsed = parse(line, schema);
    if ('value' in parsed) values.push(parsed.value);
    else damaged.push({ line: at + 1, why: parsed.why });
  }
  return { values, damaged };
}

/** Adds a line, or nothing at all: what a full disk left of it is taken out again. */
export async function appendLine(file: string, value: unknown): Promise<void> {
  await using handle = await open(file, 'a');
  const { size } = await handle.stat();
  try {
    await handle.appendFile(`${JSON.stringify(value)}\n`);
  } catch (error) {
    await handle.truncate(size).catch(() => undefined);
    throw writeError(error, file);
  }
}

function parse<T>(line: string, schema: ZodType<T>): { value: T } | { why: string } {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return { why: 'it is not JSON' };
  }
  const diagnostic = shapeFlaw(data);
  if (diagnostic !== undefined) return { why: diagnostic };
  const checked = schema.safeParse(data);
  if (checked.success) return { value: data as T };
  const [issue] = checked.error.issues;
  return { why: `${issue?.message ?? 'it has another shape'}, at ${issue?.path.map(String).join('.')}` };
}
