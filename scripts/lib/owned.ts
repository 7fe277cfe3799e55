/**
 * Temporary folders, programs of the host, and locks outside of the cache, that belong to this process:
 * `$TMPDIR/repro-<uid>/<pid>-<start>/…`, and the same in a folder with a short path, for sockets. Whatever is there when
 * its process is gone was left by a crash, and the next run or `repro reap` removes it.
 */
import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { claim, claims, OWNER, removeIfEmpty, startOf } from './claims.ts';
import { ReproError } from './errors.ts';
import { runtimeDirs } from './paths.ts';
import { identify, isRunning, type ProcessId } from './process.ts';

const PROGRAM = /^program-(\d+)-(\S+)$/;
/** Its text is a folder. */
const LOCKS = /^locks-[\w-]+$/;

/** The folder of all of this user's processes below `base`. */
function parent(base: string): string {
  return join(resolve(base), `repro-${process.getuid?.() ?? 'user'}`);
}

/** Whether nobody else can have put anything there: what stands in it is removed, and ended, for what it says. */
function isOurs(dir: string): boolean {
  const stats = lstatSync(dir, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  return stats.isDirectory() && stats.uid === (process.getuid?.() ?? stats.uid) && (stats.mode & 0o022) === 0;
}

const made = new Map<string, string>();

/** This process's folder, made if need be. Throws ReproError `temporary` when there can be none. */
function own(base: string): string {
  const all = parent(base);
  const known = made.get(all);
  if (known !== undefined) return known;
  try {
    // Whom a program runs as may have to get to what is in there: each folder says who may read it.
    mkdirSync(all, { mode: 0o711 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unmakeable(base, error);
  }
  if (!isOurs(all)) {
    throw new ReproError('temporary', `${all} is not a folder that only this user may write to`, {
      hint: 'remove it, or set TMPDIR to a folder of your own',
    });
  }
  try {
    made.set(all, claim(all, removeIfEmpty));
  } catch (error) {
    throw unmakeable(base, error);
  }
  return own(base);
}

function unmakeable(base: string, error: unknown): ReproError {
  const what = error instanceof Error ? error.message : String(error);
  return new ReproError('temporary', `can't make a temporary folder in ${JSON.stringify(base)}: ${what}`, {
    hint: 'set TMPDIR to a folder of your own, on a disk with space',
    cause: error,
  });
}

/**
 * Makes an empty folder that belongs to this process; `name` begins its name. Whoever asked for it removes it. `base`
 * is TMPDIR, or one of `runtimeDirs`.
 */
export async function ownFolder(name: string, base = tmpdir()): Promise<string> {
  try {
    return await mkdtemp(join(own(base), `${name}-`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // Somebody tidied up.
    made.clear();
    return mkdtemp(join(own(base), `${name}-`));
  }
}

/** Carries out `work` with a folder of its own, and removes the folder. */
export async function withOwnFolder<T>(name: string, work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await ownFolder(name);
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Notes that a program runs for this process, in a process group of its own. Returns what ends the note. */
export function ownProgram(pid: number): () => void {
  const program = identify(pid);
  return program === undefined ? () => undefined : note(`program-${pid}-${startOf(program.started)}`, '');
}

/** Notes that this process may hold locks in a folder that nobody else would look into. Returns what ends the note. */
export function ownLocks(dir: string): () => void {
  return note(`locks-${randomUUID()}`, resolve(dir));
}

function note(name: string, text: string): () => void {
  try {
    const file = join(own(tmpdir()), name);
    writeFileSync(file, text);
    return () => {
      try {
        unlinkSync(file);
      } catch {
        // Removed with its folder.
      }
    };
  } catch {
    // A full disk: then it may outlive a crash, but it can be.
    return () => undefined;
  }
}

/** Where folders of processes may be. */
const everyBase = (): readonly string[] => [tmpdir(), ...runtimeDirs()];

/** The folders of processes that are gone, below folders that are ours alone. */
async function leftIn(bases: readonly string[]): Promise<string[]> {
  const parents = [...new Set(bases.map(parent))].filter(isOurs);
  const found = await Promise.all(parents.map(claims));
  return found.flat().flatMap(({ dir, state }) => (state === 'gone' ? [dir] : []));
}

/** Folders in which processes that are gone may have left locks, by their notes. */
export async function lockedByGone(bases = everyBase()): Promise<string[]> {
  const dirs = new Set<string>();
  for (const dir of await leftIn(bases)) {
    for (const entry of (await readdir(dir).catch(() => [])).filter((name) => LOCKS.test(name))) {
      const text = await readFile(join(dir, entry), 'utf8').catch(() => '');
      if (text !== '') dirs.add(text);
    }
  }
  return [...dirs];
}

/**
 * Ends the programs and removes the folders of processes that are gone. Folders of `keep` stay. Returns what was
 * ended and removed, a line each. Never touches what belongs to a process that runs, or of which nobody can tell.
 */
export async function reapOwned(keep: readonly string[] = [], bases = everyBase()): Promise<string[]> {
  const kept = new Set(keep.map((dir) => resolve(dir)));
  const done: string[] = [];
  for (const dir of await leftIn(bases)) {
    for (const entry of await readdir(dir).catch(() => [])) {
      if (entry === OWNER || kept.has(join(dir, entry))) continue;
      const program = programOf(entry);
      if (program !== undefined && endGroup(program)) done.push(`ended program ${program.pid}`);
      const gone = await rm(join(dir, entry), { recursive: true, force: true }).then(
        () => true,
        () => false,
      );
      if (program === undefined && gone && !LOCKS.test(entry)) done.push(`removed ${join(dir, entry)}`);
    }
    removeIfEmpty(dir);
  }
  return done;
}

function programOf(entry: string): ProcessId | undefined {
  const [, pid, started] = PROGRAM.exec(entry) ?? [];
  return pid === undefined || started === undefined ? undefined : { pid: Number(pid), started };
}

function endGroup(program: ProcessId): boolean {
  if (!isRunning(program)) return false;
  try {
    process.kill(-program.pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
