/** Where scenarios are: `scenarios/` of the folder one is in, then those that come with the package. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { withSuggestion } from '../lib/diagnostic.ts';
import { UsageError } from '../lib/errors.ts';
import { nearest } from '../lib/near-miss.ts';
import { packageRoot } from '../lib/paths.ts';
import { readScenario } from './read.ts';
import { valueAt } from './schema-walk.ts';
import { parseSource } from './source.ts';

export interface Places {
  /** The package's folder. Default: this package. */
  readonly root?: string | undefined;
  /** Default: the process's. */
  readonly cwd?: string | undefined;
}

export interface ScenarioListing {
  readonly name: string;
  /** Path of the file, absolute. */
  readonly file: string;
  /** Undefined when the file has none that can be read. */
  readonly title: string | undefined;
}

/** Every scenario that can be run by name, sorted. One in the current folder hides the package's of that name. */
export function listScenarios(places: Places = {}): ScenarioListing[] {
  return [...scenarioFiles(places)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, file]) => ({ name, file, title: titleOf(file) }));
}

/** The file, absolute, of a scenario's name or path. Throws UsageError when there is none. */
export function findScenario(nameOrPath: string, places: Places = {}): string {
  if (nameOrPath.includes('/') || /\.ya?ml$/.test(nameOrPath)) {
    return resolve(places.cwd ?? process.cwd(), nameOrPath);
  }
  const files = scenarioFiles(places);
  const file = files.get(nameOrPath);
  if (file !== undefined) return file;
  const names = [...files.keys()].sort();
  const message = `no scenario ${nameOrPath}`;
  throw new UsageError(
    'unknown-scenario',
    withSuggestion({ message, suggestion: nearest(nameOrPath, names) }),
    {
      hint: `There are ${names.join(', ')}. A path must contain a slash or end in .yaml.`,
    },
  );
}

/** A scenario's name: its file's, without `.yaml`. */
export function scenarioName(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '');
}

/** A path as people want to read it: relative when it lies in the current folder. */
export function displayPath(file: string, cwd = process.cwd()): string {
  const path = relative(cwd, file);
  return path.startsWith('..') || isAbsolute(path) ? file : path || '.';
}

function scenarioFiles({ root = packageRoot(), cwd = process.cwd() }: Places): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of [resolve(cwd, 'scenarios'), join(root, 'scenarios')]) {
    for (const entry of existsSync(folder) ? readdirSync(folder) : []) {
      const name = scenarioName(entry);
      if (/\.ya?ml$/.test(entry) && !files.has(name)) files.set(name, join(folder, entry));
    }
  }
  return files;
}

function titleOf(file: string): string | undefined {
  try {
    const { data } = parseSource(file, readScenario(file, file));
    const title = valueAt(data, ['title']);
    return typeof title === 'string' ? title : undefined;
  } catch {
    return undefined;
  }
}
