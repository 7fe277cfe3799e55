/**
 * One folder a process, below a folder that processes share: `<pid>-<start>`, with a record of whose it is. What
 * stands in it belongs to that process, and to nobody once it is gone.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { recallJson } from './json.ts';
import { type Owner, ownerSchema, ownerState, thisOwner } from './owner.ts';

/** The record. Whoever reads a claim passes over it. */
export const OWNER = 'owner.json';

export interface Claim {
  readonly dir: string;
  readonly owner: Owner;
  readonly state: ReturnType<typeof ownerState>;
  /** When something was put in or taken out last, in milliseconds since 1970. */
  readonly changed: number;
}

/** A process's start, as it stands in names of files. */
export const startOf = (started: string): string => started.replaceAll(/\W+/g, '_');

const atExit = new Set<() => void>();

/**
 * Makes this process's folder below `parent`, which is there. `leave` is called when the process ends in order.
 * Throws what mkdir(2) says.
 */
export function claim(parent: string, leave: (dir: string) => void): string {
  const { pid, started } = thisOwner();
  for (let count = 1; ; count++) {
    const dir = join(parent, `${pid}-${startOf(started)}${count === 1 ? '' : `-${count}`}`);
    try {
      mkdirSync(dir, { mode: 0o755 });
    } catch (error) {
      // Of a process of another container, with our number.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST' && count < 100) continue;
      throw error;
    }
    try {
      writeFileSync(join(dir, OWNER), JSON.stringify(thisOwner()));
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
    // One listener for all, for Node warns of more than ten.
    if (atExit.size === 0) process.once('exit', () => atExit.forEach((end) => void end()));
    atExit.add(() => leave(dir));
    return dir;
  }
}

/** The folders of all processes below `parent`; what else stands there is passed over. */
export async function claims(parent: string): Promise<Claim[]> {
  const found: Claim[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const dir = join(parent, name);
    const owner = await ownerOf(dir, name);
    const stats = await stat(dir).catch(() => undefined);
    if (owner === undefined || stats === undefined) continue;
    found.push({ dir, owner, state: ownerState(owner), changed: stats.mtimeMs });
  }
  return found;
}

/** Removes a folder that has nothing but its record. */
export function removeIfEmpty(dir: string): void {
  try {
    if (readdirSync(dir).every((name) => name === OWNER)) rmSync(dir, { recursive: true });
  } catch {
    // Removed by somebody else.
  }
}

/** By its record; a crash before that was written left the name. */
async function ownerOf(dir: string, name: string): Promise<Owner | undefined> {
  const recorded = await recallJson(join(dir, OWNER), ownerSchema);
  if (recorded !== undefined) return recorded;
  const [, pid, started] = /^(\d+)-(\w+?)(?:-\d+)?$/.exec(name) ?? [];
  return pid === undefined || started === undefined
    ? undefined
    : { ...thisOwner(), pid: Number(pid), started };
}
