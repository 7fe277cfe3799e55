import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../scripts/lib/paths.ts';

/**
 * The one direction of data, from the bottom up: a folder may import those before it. `vm/` is seen as types of
 * `vm/machine.ts` and as the cards of `vm/providers.ts`, which are data; the entry alone makes providers.
 */
const ORDER = [
  'scripts/lib',
  'scripts/model',
  'scripts/components',
  'scripts/setup',
  'scripts/artifact',
  'scripts/evidence',
  'scripts/suites',
  'scripts/scenario',
  'scripts/verdict',
  'scripts/report',
  'scripts/page',
  'scripts/node',
  'scripts/runner',
  'scripts/verbs',
  'scripts/floor',
  'scripts/verify',
  'scripts/bench',
  'scripts/isolate',
  'scripts/bisect',
  'scripts/commands',
  'scripts/dev',
  'scripts/repro.ts',
];

/** Folders, and files, that compute and do nothing else; so do all that say it of themselves. */
const PURE = [
  'scripts/model/',
  'scripts/page/',
  'scripts/artifact/spec.ts',
  'scripts/artifact/sources/',
  'scripts/components/',
  'scripts/scenario/',
  'scripts/verdict/',
  ...['belief', 'decide', 'git-log', 'merge', 'metric', 'outcome', 'range', 'rates', 'state', 'step'].map(
    (name) => `scripts/bisect/${name}.ts`,
  ),
];

/** Files in them that read what others are about: the scenarios on disk. */
const READERS = ['find', 'load', 'read'].map((name) => `scripts/scenario/${name}.ts`);

/** What no pure file has in its code. Packages of Node's that only compute, as its hashes do, are let pass. */
const IMPURE: readonly (readonly [string, RegExp])[] = [
  ['files', /from 'node:fs/],
  ['the environment', /(?<!\.)\bprocess\.(?!hrtime)\w+/],
  [
    'a clock',
    /\b(?:Date\.now|performance\.now|process\.hrtime)\b|\bnew Date\(\)|\bset(?:Timeout|Interval)\b|from 'node:timers/,
  ],
  ['randomness', /\bMath\.random\b|\brandom(?:UUID|Bytes|Int|FillSync|Fill)\b|\bgetRandomValues\b/],
  ['programs', /from '(?:node:(?:child_process|worker_threads|cluster)|zx)'/],
  ['the network', /from '(?:node:(?:http|https|http2|dns|tls|dgram)|undici)'|\bfetch\(/],
  ['the host', /from 'node:os'/],
];

/** What kinds of machines there are, as data. */
const CARDS = 'vm/providers.ts';

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  /** Whether it is loaded when it is needed, if ever. */
  readonly lazy: boolean;
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
    lazy: loaded !== undefined,
  }));
}

function rankOf(file: string): number | undefined {
  const rank = ORDER.indexOf(file.split('/').slice(0, 2).join('/'));
  return rank < 0 ? undefined : rank;
}

const isAmong = (places: readonly string[], file: string) => places.some((place) => file.startsWith(place));

const pure = [...sources('scripts'), ...sources('vm')].filter(
  (file) =>
    (isAmong(PURE, file) && !READERS.includes(file)) ||
    // What a verb decides, and what it says.
    /\/(?:design|page)\.ts$/.test(file) ||
    /^\/\*\*(?:(?!\*\/)[\s\S])*?\bpure\b/i.test(readFileSync(join(root, file), 'utf8')),
);

/** What a text of a program has that no pure one may; comments aside. */
function impureIn(text: string): string[] {
  const code = text.replaceAll(/^\s*\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
  return IMPURE.filter(([, pattern]) => pattern.test(code)).map(([what]) => what);
}

/**
 * What makes a file impure, in it or in a file that it runs the code of: `a.ts > b.ts: a clock`. What is loaded when it
 * is needed, as the code of a source or of a provider, is not of it.
 */
function impurities(file: string): string[] {
  const chains = new Map([[file, file]]);
  for (const [one, chain] of chains) {
    for (const { to, typeOnly } of imports.filter(({ from, lazy }) => from === one && !lazy)) {
      if (!typeOnly && !chains.has(to)) chains.set(to, `${chain} > ${to}`);
    }
  }
  // A card of a provider is data, and its type may be named; the folders that compute name no machine at all.
  const named = ({ to, typeOnly }: Import) =>
    to === CARDS || (to === 'vm/machine.ts' && typeOnly && !isAmong(PURE, file));
  const machines = file.startsWith('vm/')
    ? []
    : imports.filter((one) => one.from === file && one.to.startsWith('vm/') && !named(one));
  return [
    ...told(machines),
    ...[...chains].flatMap(([one, chain]) => {
      return impureIn(readFileSync(join(root, one), 'utf8')).map((what) => `${chain}: ${what}`);
    }),
  ];
}

const told = (found: readonly Import[]) => found.map(({ from, to }) => `${from} -> ${to}`);

describe('the import rule', () => {
  it('sees the imports', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(told(imports)).toContain('scripts/repro.ts -> vm/providers.ts');
  });

  it('knows every folder, and no other', () => {
    expect(sources('scripts').filter((file) => rankOf(file) === undefined)).toEqual([]);
    const used = new Set(sources('scripts').map(rankOf));
    expect(ORDER.filter((_, rank) => !used.has(rank))).toEqual([]);
  });

  it('goes in one direction', () => {
    const upwards = imports.filter(({ from, to }) => {
      const [above, below] = [rankOf(from), rankOf(to)];
      return above !== undefined && below !== undefined && below > above;
    });
    expect(told(upwards)).toEqual([]);
  });

  it('lets the entry alone make providers: all others see types, and cards', () => {
    const wrong = imports.filter(
      ({ from, to, typeOnly }) =>
        from.startsWith('scripts/') &&
        to.startsWith('vm/') &&
        !(to === 'vm/machine.ts' && typeOnly) &&
        to !== CARDS,
    );
    expect(told(wrong)).toEqual([]);
    const making = sources('scripts').filter((file) =>
      /import \{[^}]*\bmakeProvider\b[^}]*\} from '[^']*vm\/providers\.ts'/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(making).toEqual(['scripts/repro.ts']);
  });

  it('keeps cards data: the code of a provider is loaded when it is asked for', () => {
    const cards = sources('vm').filter((file) => /^vm\/[^/]+\/card\.ts$/.test(file));
    expect(cards).toContain('vm/qemu/card.ts');
    const loaded = imports.filter(({ from, typeOnly }) => [CARDS, ...cards].includes(from) && !typeOnly);
    const allowed = ({ from, to }: Import) =>
      from === CARDS
        ? cards.includes(to) || to === 'scripts/lib/errors.ts'
        : to === from.replace('card.ts', 'provider.ts');
    expect(told(loaded.filter((one) => !allowed(one)))).toEqual([]);
    for (const card of cards) {
      expect(readFileSync(join(root, card), 'utf8')).toMatch(/await import\('\.\/provider\.ts'\)/);
      expect(told(loaded)).toContain(`${CARDS} -> ${card}`);
    }
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

  it('keeps pure what says that it is, or stands where all is: with all that it imports', () => {
    expect(pure.length).toBeGreaterThan(100);
    expect(pure.flatMap((file) => impurities(file))).toEqual([]);
  });

  it.each([
    ["import { readFile } from 'node:fs/promises';", 'files'],
    ['const home = process.env.HOME;', 'the environment'],
    ['const now = new Date();', 'a clock'],
    ['const began = performance.now();', 'a clock'],
    ['const id = randomUUID();', 'randomness'],
    ["import { spawn } from 'node:child_process';", 'programs'],
    ["const day = new Date('2026-01-01'); // not Date.now()", undefined],
    ["import { createHash } from 'node:crypto';", undefined],
  ])('%s is not pure for: %s', (code, what) => {
    expect(impureIn(code)).toEqual(what === undefined ? [] : [what]);
  });

  it('keeps what is known of a thing in that thing: no file has a map of its own from objects to their state', () => {
    const mapped = [...sources('scripts'), ...sources('vm')].filter((file) =>
      /^(?:export )?(?:const|let) .*\bnew (?:Weak(?:Map|Set)\b|Map<(?!string\b)[^()]*\(\))/m.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(mapped).toEqual([]);
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
