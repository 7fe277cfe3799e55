import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../scripts/lib/paths.ts';

/**
 * The one direction of data, as folders: a folder may import those of its own rank or below.
 * `vm/` is seen as types of `vm/machine.ts` alone, but for the entry.
 */
const RANKS: Readonly<Record<string, number>> = {
  'scripts/repro.ts': 5,
  'scripts/commands': 4,
  'scripts/dev': 4,
  'scripts/runner': 3,
  'scripts/node': 3,
  'scripts/bisect': 3,
  'scripts/pace': 3,
  'scripts/verify': 3,
  'scripts/isolate': 3,
  'scripts/floor': 3,
  'scripts/report': 2.5,
  'scripts/scenario': 2,
  'scripts/artifact': 2,
  'scripts/suites': 2,
  'scripts/evidence': 2,
  'scripts/verdict': 2,
  'scripts/setup': 1.5,
  'scripts/model': 1.5,
  'scripts/lib': 1,
};

/** Folders, and files, that compute and do nothing else. */
const PURE = [
  'scripts/scenario/',
  'scripts/verdict/',
  ...['belief', 'decide', 'git-log', 'merge', 'metric', 'outcome', 'range', 'rates', 'state', 'step'].map(
    (name) => `scripts/bisect/${name}.ts`,
  ),
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const root = packageRoot();
const imports = [...sources('scripts'), ...sources('vm')].flatMap(importsOf);

function sources(dir: string): string[] {
  return readdirSync(join(root, dir), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern = /\b(?:import|export)\s+(type\s)?[^;'"]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g;
  return [...text.matchAll(pattern)].map(([, type, named, loaded]) => ({
    from: file,
    to: relative(root, resolve(root, dirname(file), named ?? loaded ?? '')),
    typeOnly: type !== undefined,
  }));
}

function rankOf(file: string): number | undefined {
  return RANKS[file] ?? RANKS[file.split('/').slice(0, 2).join('/')];
}

const told = (found: readonly Import[]) => found.map(({ from, to }) => `${from} -> ${to}`);

describe('the import rule', () => {
  it('sees the imports', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(told(imports)).toContain('scripts/repro.ts -> vm/providers.ts');
  });

  it('knows every folder', () => {
    expect(sources('scripts').filter((file) => rankOf(file) === undefined)).toEqual([]);
  });

  it('goes in one direction', () => {
    const upwards = imports.filter(({ from, to }) => {
      const [above, below] = [rankOf(from), rankOf(to)];
      return above !== undefined && below !== undefined && below > above;
    });
    expect(told(upwards)).toEqual([]);
  });

  it('lets the entry alone know the providers', () => {
    const wrong = imports.filter(
      ({ from, to, typeOnly }) =>
        from.startsWith('scripts/') &&
        to.startsWith('vm/') &&
        !(to === 'vm/machine.ts' && typeOnly) &&
        from !== 'scripts/repro.ts',
    );
    expect(told(wrong)).toEqual([]);
  });

  it('lets vm/ use lib, and the types of artifacts', () => {
    const wrong = imports.filter(
      ({ from, to, typeOnly }) =>
        from.startsWith('vm/') &&
        to.startsWith('scripts/') &&
        !to.startsWith('scripts/lib/') &&
        !(to === 'scripts/artifact/types.ts' && typeOnly),
    );
    expect(told(wrong)).toEqual([]);
  });

  it('keeps pure folders pure', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        PURE.some((place) => from.startsWith(place)) &&
        (to === 'scripts/lib/exec.ts' || to.startsWith('vm/')),
    );
    expect(told(wrong)).toEqual([]);
  });

  it('lets one file write to the terminal: all that is shown passes its barrier', () => {
    const writes = (file: string) =>
      /process\.std(?:out|err)\.write|console\.(?:log|error|warn|info)\(/.test(
        readFileSync(join(root, file), 'utf8'),
      );
    const wrong = [...sources('scripts'), ...sources('vm')].filter(
      (file) => writes(file) && !file.startsWith('scripts/dev/'),
    );
    // `guard.ts` says one fixed line when the process is ending; `output.ts` writes to a stream that it is given.
    expect(wrong).toEqual(['scripts/lib/guard.ts']);
  });
});
