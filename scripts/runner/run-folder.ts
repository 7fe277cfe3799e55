/**
 * A run's folder, in use by one process: locked, with what was asked beside what was found, so that nobody adds the
 * samples of another question, or the same ones twice. For every command that writes into a run's folder.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ReproError, UsageError } from '../lib/errors.ts';
import { isUnfinished, writeWhole } from '../lib/files.ts';
import { sha256Text } from '../lib/hash.ts';
import { readJson, writeJson } from '../lib/json.ts';
import { type Lock, takeLock } from '../lib/lock.ts';
import { ownLocks } from '../lib/owned.ts';
import type { Cell, Scenario } from '../scenario/types.ts';
import { setAside } from './journal.ts';
import { type Difference, differenceOf, questionOf, questionSchema } from './question.ts';

/** What was asked, and the scenario's text as it was then. */
export const QUESTION = 'question.json';
const COPY = 'scenario.yaml';
const LOCK = 'run';
/** Lines of a difference that a message shows. */
const SHOWN = 12;

export interface RunFolderOptions {
  /** Throw UsageError `out` when a run was there before. */
  readonly fresh?: boolean | undefined;
  /**
   * True: go on although the scenario has changed, and let cells that changed begin anew. False: refuse, and name
   * the option for it, which the command has. Default: refuse.
   */
  readonly asChanged?: boolean | undefined;
  /**
   * Writes down what it takes to go on with a new run. It is called before the question is kept: a folder that holds a
   * run, and so can't be begun in again, is one that can be gone on with, whenever its process is killed.
   */
  readonly begin?: (() => Promise<unknown>) | undefined;
}

export interface RunFolder extends AsyncDisposable {
  readonly dir: string;
  /** Aborted when the folder was removed, or taken over by another process. */
  readonly lost: AbortSignal;
  /** What differs from what was asked before, with `asChanged`. */
  readonly difference: Difference | undefined;
  /**
   * Carries out `work`, with a signal that is also aborted when the folder is no longer this process's. Throws
   * ReproError `run-folder` then.
   */
  during<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/**
 * Takes a run's folder, which exists, for this process, and compares what is asked with what was asked in it before.
 * Throws ReproError `run-locked` when another process has it, UsageError `out`, and UsageError `changed` with the
 * difference.
 */
export async function openRunFolder(
  dir: string,
  { scenario, cells }: { readonly scenario: Scenario; readonly cells: readonly Cell[] },
  options: RunFolderOptions = {},
): Promise<RunFolder> {
  const lock = await lockRun(dir);
  try {
    // What a crash left of files that were being written.
    for (const name of await readdir(dir)) if (isUnfinished(name)) await rm(join(dir, name));
    const asked = questionOf(scenario, cells);
    const file = join(dir, QUESTION);
    const known = existsSync(file) ? await readJson(file, questionSchema) : undefined;
    if (options.fresh && known !== undefined) {
      throw new UsageError('out', `${dir} holds a run already`, {
        hint: `name another folder, or go on with that run: --resume ${dir}`,
      });
    }
    await options.begin?.();
    const difference = known === undefined ? undefined : differenceOf(known, asked);
    if (difference !== undefined) {
      if (!options.asChanged) throw hasChanged(scenario.file, dir, difference, options);
      await setAside(dir, difference.changed);
    }
    if (known === undefined || difference !== undefined) {
      await keepText(dir, scenario);
      await writeJson(file, asked);
    }
    return {
      dir,
      lost: lock.lost,
      difference,
      during: during(dir, lock),
      [Symbol.asyncDispose]: () => release(lock),
    };
  } catch (error) {
    await release(lock);
    throw error;
  }
}

async function lockRun(dir: string): Promise<Lock> {
  const noted = ownLocks(dir);
  const lock = await takeLock(join(dir, LOCK), { wait: false }).catch((error) => {
    noted();
    if (!(error instanceof ReproError) || error.code !== 'locked') throw error;
    const holder = error.message.replace(/^.* is in use by /, '');
    throw new ReproError('run-locked', `${dir} is in use by ${holder}`, {
      hint: 'wait until that run has ended, or end it; to run the same scenario at the same time, name another folder with --out',
    });
  });
  return {
    lost: lock.lost,
    async [Symbol.asyncDispose]() {
      await lock[Symbol.asyncDispose]();
      noted();
    },
  };
}

const release = (lock: Lock) => Promise.resolve(lock[Symbol.asyncDispose]());

function during(dir: string, { lost }: Lock): RunFolder['during'] {
  return async (signal, work) => {
    try {
      return await work(AbortSignal.any([signal, lost]));
    } catch (error) {
      if (signal.aborted || (existsSync(dir) && !lost.aborted)) throw error;
      const how = existsSync(dir) ? 'was taken over by another process' : 'was removed';
      throw new ReproError('run-folder', `${dir} ${how} while the run went on`, { cause: error });
    }
  };
}

/** For people, and for putting it back. A file that changed since it was read is not what was asked. */
async function keepText(dir: string, { file, sha256 }: Scenario): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined && sha256Text(text) === sha256) await writeWhole(join(dir, COPY), text);
}

function hasChanged(
  file: string,
  dir: string,
  { lines }: Difference,
  { asChanged }: RunFolderOptions,
): UsageError {
  const shown = lines.slice(0, SHOWN).map((line) => `\n  ${line}`);
  const more = lines.length > SHOWN ? `\n  and ${lines.length - SHOWN} more` : '';
  const otherwise =
    asChanged === undefined
      ? 'begin anew in another folder'
      : 'go on with --as-changed: cells that changed begin anew';
  const copy = existsSync(join(dir, COPY)) ? ` (as it was: ${join(dir, COPY)})` : '';
  return new UsageError(
    'changed',
    `${file} is not what it was when the run in ${dir} began:${shown.join('')}${more}`,
    { hint: `put it back${copy}, or ${otherwise}` },
  );
}
