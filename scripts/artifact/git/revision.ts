/** `a+b` and `a-b`: a commit with the changes of others applied or taken out. Pure. */

export interface Change {
  readonly operator: '+' | '-';
  /** As it was written. */
  readonly name: string;
  /** Full hash. */
  readonly commit: string;
}

export interface Revision {
  readonly name: string;
  readonly commit: string;
  /** In the order in which they are made. */
  readonly changes: readonly Change[];
}

/** The full hash of the commit that a name means; undefined when there is none. */
export type FindCommit = (name: string) => Promise<string | undefined>;

/**
 * Reads `v1.1.14+614ce12f0`. Plus and minus may be parts of names, too, so what is a commit as a whole is that
 * commit; else the shortest name at the end that is one is the last change. Undefined when it can't be read so.
 */
export async function parseRevision(text: string, find: FindCommit): Promise<Revision | undefined> {
  if (text === '') return undefined;
  const commit = await find(text);
  if (commit !== undefined) return { name: text, commit, changes: [] };
  for (let at = text.length - 2; at > 0; at -= 1) {
    const operator = text[at];
    if (operator !== '+' && operator !== '-') continue;
    const name = text.slice(at + 1);
    const last = await find(name);
    if (last === undefined) continue;
    const rest = await parseRevision(text.slice(0, at), find);
    if (rest !== undefined) return { ...rest, changes: [...rest.changes, { operator, name, commit: last }] };
  }
  return undefined;
}
