/** What the commands that touch machines and artifacts share. */
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cache } from '../artifact/cache.ts';
import { specOf } from '../artifact/spec.ts';
import { Store } from '../artifact/store.ts';
import { messageOf, ReproError, UsageError } from '../lib/errors.ts';
import { makeFolder } from '../lib/files.ts';
import { refuseLinks } from '../lib/own-file.ts';
import { cacheDir } from '../lib/paths.ts';
import { findRun } from '../report/json.ts';
import { makeRunDir } from '../runner/folder.ts';
import { requestsOf } from '../runner/plan.ts';
import { kindOf } from '../runner/providers.ts';
import { filterCells } from '../scenario/filter.ts';
import { loadScenario } from '../scenario/load.ts';
import { samplingOf } from '../scenario/plan.ts';
import { MOST_SAMPLES } from '../scenario/schema.ts';
import { type AxisValues, parseSet } from '../scenario/set.ts';
import type { Cell, Scenario } from '../scenario/types.ts';

export function openCache(options: {
  offline?: boolean;
  notice?: ((line: string) => void) | undefined;
}): Cache {
  return new Cache(cacheDir(), options);
}

/** Throws UsageError `tmpdir` when no machine could put its files there. */
function checkTemporaryFolder(): void {
  try {
    rmdirSync(mkdtempSync(join(tmpdir(), 'repro-')));
  } catch (error) {
    const where = `the folder for temporary files, ${JSON.stringify(tmpdir())}`;
    throw new UsageError('tmpdir', `can't make files in ${where}: ${messageOf(error)}`, {
      hint: 'set TMPDIR to a folder that you can write to, with a path in UTF-8',
    });
  }
}

/**
 * Throws ReproError `cache-unwritable` when there is no cache folder and none can be made, UsageError `tmpdir` when
 * there is none for temporary files.
 */
export function openStore(options: { offline?: boolean; notice?: (line: string) => void }): Store {
  checkTemporaryFolder();
  const cache = openCache(options);
  try {
    mkdirSync(cache.root, { recursive: true });
  } catch (error) {
    throw new ReproError(
      'cache-unwritable',
      `can't make the cache folder ${cache.root}: ${messageOf(error)}`,
      {
        hint: 'set REPRO_CACHE to a folder of your own',
        cause: error,
      },
    );
  }
  return new Store(cache);
}

/** Where runs go, and the file of one that says what was asked. */
export const RUNS = 'repro-runs';
export const RUN_FILE = 'run.json';

/** Makes the folder of a new run, of the given name or one of its own. Throws UsageError `out` or `link`. */
export async function newRunDir(out: string | undefined, name: string): Promise<string> {
  const cannot = (error: unknown) => {
    throw new UsageError('out', `can't make a folder for the run: ${messageOf(error)}`, {
      hint: 'name a folder that you can write to: --out DIR',
    });
  };
  if (out === undefined) return makeRunDir(RUNS, name, new Date()).catch(cannot);
  await refuseLinks(out);
  await makeFolder(out).catch(cannot);
  const taken = await readFile(join(out, RUN_FILE), 'utf8').catch(() => undefined);
  if (taken !== undefined) {
    throw new UsageError('out', `${out} holds a run already`, {
      hint: `name another folder, or go on with that run: repro run --resume ${out}`,
    });
  }
  return out;
}

/** The folder of a run that is to be gone on with, and that may come from somebody else. Throws UsageError, also `link`. */
export async function runToResume(
  run: string,
  holding: string,
  except: readonly string[] = [],
): Promise<string> {
  const dir = await findRun(run, RUNS, holding);
  await refuseLinks(dir, except);
  return dir;
}

/** As the user typed it. */
export const commandLine = (): string[] => ['repro', ...process.argv.slice(2)];

/** Throws UsageError `jobs`. */
export function checkJobs(jobs: number | undefined): void {
  if (jobs !== undefined && !(Number.isInteger(jobs) && jobs >= 1))
    throw new UsageError('jobs', '--jobs must be a whole number, 1 or more');
}

/** Short, sortable, and not the same twice. */
export function sessionId(): string {
  return `${Date.now().toString(36)}${process.pid.toString(36)}`;
}

/** What cells of scenarios, with their providers, need of this host. */
export function needsOf(
  chosen: readonly { readonly scenario: Scenario; readonly cells: readonly Cell[] }[],
): { builds: boolean; providers: string[] } {
  const requests = chosen.flatMap(({ scenario, cells }) =>
    cells.flatMap((cell) => requestsOf(cell, scenario)),
  );
  const kinds = chosen.flatMap(({ cells }) => cells.map(kindOf));
  return {
    builds: requests.some(({ spec, sources }) => isBuilt(spec, sources)),
    providers: [...new Set(kinds)],
  };
}

/** A bare version may be found in a source that builds it. */
function isBuilt(spec: string, sources: readonly string[]): boolean {
  const { scheme, builds } = specOf(spec);
  return scheme === undefined ? sources.some((source) => specOf(source).builds) : builds;
}

export interface Selection {
  readonly filter: readonly string[];
  readonly set: readonly string[];
  /** Values of axes that replace those of `set`. */
  readonly axes?: AxisValues | undefined;
  readonly repo?: readonly string[] | undefined;
  readonly provider?: string | undefined;
  readonly samples?: number | 'auto' | undefined;
}

/** A scenario and those of its cells that the options leave. Throws UsageError. */
export function select(name: string, selection: Selection): { scenario: Scenario; cells: Cell[] } {
  const { samples } = selection;
  const counted = Number.isInteger(samples) && Number(samples) >= 1 && Number(samples) <= MOST_SAMPLES;
  if (samples !== undefined && samples !== 'auto' && !counted) {
    throw new UsageError('samples', `--samples must be a whole number from 1 to ${MOST_SAMPLES}, or auto`);
  }
  const scenario = loadScenario(name, {
    set: { ...parseSet(selection.set), ...selection.axes },
    repo: selection.repo,
    provider: selection.provider,
  });
  const cells = filterCells(scenario.cells, selection.filter, scenario.unsupported);
  if (samples === undefined) return { scenario, cells };
  const { maxSamples, sampling } = scenario;
  return {
    scenario,
    cells: cells.map((cell) => ({ ...cell, ...samplingOf(samples, { maxSamples, ...sampling }) })),
  };
}
