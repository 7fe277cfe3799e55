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
  // What a name means, and what the beginning of a text does, is asked from many places, and asked for once.
  const found = new Map<string, Promise<string | undefined>>();
  const read = new Map<string, Promise<Revision | undefined>>();
  const once = (name: string) => known(found, name, find);
  const readOnce = (part: string): Promise<Revision | undefined> =>
    known(read, part, () => readRevision(part, once, readOnce));
  return readOnce(text);
}

function known<T>(all: Map<string, Promise<T>>, key: string, make: (key: string) => Promise<T>): Promise<T> {
  const made = all.get(key) ?? make(key);
  all.set(key, made);
  return made;
}

async function readRevision(
  text: string,
  find: FindCommit,
  read: (text: string) => Promise<Revision | undefined>,
): Promise<Revision | undefined> {
  if (text === '') return undefined;
  const commit = await find(text);
  if (commit !== undefined) return { name: text, commit, changes: [] };
  for (let at = text.length - 2; at > 0; at -= 1) {
    const operator = text[at];
    if (operator !== '+' && operator !== '-') continue;
    const name = text.slice(at + 1);
    const last = await find(name);
    if (last === undefined) continue;
    const rest = await read(text.slice(0, at));
    if (rest !== undefined) return { ...rest, changes: [...rest.changes, { operator, name, commit: last }] };
  }
  return undefined;
}
