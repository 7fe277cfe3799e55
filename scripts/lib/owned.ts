/**
 * Temporary folders, programs of the host, and locks outside of the cache, that belong to this process:
 * `$TMPDIR/repro-<uid>/<pid>-<start>/…`. Whatever is there when its process is gone was left by a crash, and the next run or `repro reap` removes it.
 */
import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { claim, claims, OWNER, removeIfEmpty, startOf } from './claims.ts';
import { ReproError } from './errors.ts';
import { identify, isRunning, type ProcessId } from './process.ts';

const PROGRAM = /^program-(\d+)-(\S+)$/;
/** Its text is a folder. */
const LOCKS = /^locks-[\w-]+$/;

/** The folder of all of this user's processes. */
function parent(): string {
  return join(tmpdir(), `repro-${process.getuid?.() ?? 'user'}`);
}

const made = new Map<string, string>();

/** This process's folder, made if need be. Throws ReproError `temporary` when there can be none. */
function own(): string {
  const all = parent();
  const known = made.get(all);
  if (known !== undefined) return known;
  try {
    // Whom a program runs as may have to get to what is in there: each folder says who may read it.
    mkdirSync(all, { mode: 0o711 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unmakeable(error);
  }
  const stats = lstatSync(all);
  // Whoever may write there could put anything in the place of our files.
  const ours = stats.isDirectory() && stats.uid === (process.getuid?.() ?? stats.uid);
  if (!ours || (stats.mode & 0o022) !== 0) {
    throw new ReproError('temporary', `${all} is not a folder that only this user may write to`, {
      hint: 'remove it, or set TMPDIR to a folder of your own',
    });
  }
  try {
    made.set(all, claim(all, removeIfEmpty));
  } catch (error) {
    throw unmakeable(error);
  }
  return own();
}

function unmakeable(error: unknown): ReproError {
  const what = error instanceof Error ? error.message : String(error);
  return new ReproError('temporary', `can't make a temporary folder in ${tmpdir()}: ${what}`, {
    hint: 'set TMPDIR to a folder of your own, on a disk with space',
    cause: error,
  });
}

/** Makes an empty folder that belongs to this process; `name` begins its name. Whoever asked for it removes it. */
export async function ownFolder(name: string): Promise<string> {
  try {
    return await mkdtemp(join(own(), `${name}-`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // Somebody tidied up.
    made.clear();
    return mkdtemp(join(own(), `${name}-`));
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
    const file = join(own(), name);
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

/** Folders in which processes that are gone may have left locks, by their notes. */
export async function lockedByGone(): Promise<string[]> {
  const dirs = new Set<string>();
  for (const { dir, state } of await claims(parent())) {
    if (state !== 'gone') continue;
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
export async function reapOwned(keep: readonly string[] = []): Promise<string[]> {
  const kept = new Set(keep.map((dir) => resolve(dir)));
  const done: string[] = [];
  for (const { dir, state } of await claims(parent())) {
    if (state !== 'gone') continue;
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
