/** JSON on disk: checked by a schema when it is read, whole or not at all when it is written. */
import { readFile } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { UsageError } from './errors.ts';
import { isRefusal, writeWhole } from './files.ts';
import { safeJson } from './plain.ts';

/** Lists and objects in one another: several times what any file of ours has. */
const DEEPEST = 100;

/** As JSON.parse, for a text that anybody may have written. Throws SyntaxError also for what `shapeFlaw` refuses. */
export function parseText(text: string): unknown {
  const whole: unknown = JSON.parse(text);
  const diagnostic = shapeFlaw(whole);
  if (diagnostic !== undefined) throw new SyntaxError(diagnostic);
  return whole;
}

/**
 * What in a value of JSON would break whoever walks through it or looks a name up in it: that it is too deep, and a key
 * that every JavaScript object has, such as `__proto__` or `constructor`. Undefined when there is nothing of the kind.
 */
export function shapeFlaw(whole: unknown): string | undefined {
  // No recursion: it takes as much stack as the text is deep.
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value: whole, depth: 0 }];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const { value, depth } = one;
    if (typeof value !== 'object' || value === null) continue;
    if (depth === DEEPEST) return `it has lists and objects more than ${DEEPEST} deep`;
    const odd = Array.isArray(value) ? undefined : Object.keys(value).find((key) => key in Object.prototype);
    if (odd !== undefined) return `it has the key ${odd}, a name that every JavaScript object has`;
    for (const inner of Object.values(value)) left.push({ value: inner, depth: depth + 1 });
  }
  return undefined;
}

/** Throws UsageError `damaged` that names the file, and what is wrong where in it. */
export function parseJson<T>(text: string, schema: ZodType<T>, file: string): T {
  let data: unknown;
  try {
    data = parseText(text);
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

/** Whole or not at all, as text that can be looked at in a terminal. */
export async function writeJson(
  file: string,
  value: unknown,
  options: { readonly mode?: number } = {},
): Promise<void> {
  await writeWhole(file, safeJson(value), options);
}

function damaged(file: string, what: string, cause?: unknown): UsageError {
  return new UsageError('damaged', `${file} is damaged: ${what}`, {
    hint: 'restore the file from a copy, or begin anew without it',
    cause,
  });
}
