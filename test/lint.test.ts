/** `biome.json` and its plugin, as `npm run check` uses them: what is forbidden is found, and what is not, isn't. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../scripts/lib/paths.ts';
import { temporaryDir } from './vm/support.ts';

const root = packageRoot();
const PLUGIN = 'scripts/dev/plain-keys.grit';

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

/** What a check tells of a file in `scripts/` with that text, each as `<rule> <line>`. */
async function found(text: string): Promise<string[]> {
  const dir = await temporaryDir();
  mkdirSync(join(dir, 'scripts/dev'), { recursive: true });
  for (const file of ['biome.json', '.gitignore', PLUGIN]) cpSync(join(root, file), join(dir, file));
  writeFileSync(join(dir, 'scripts/planted.ts'), text);
  const [command = '', ...args] = biomeOfCheck();
  const { stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin', command),
    [...args, '--reporter=json'],
    {
      cwd: dir,
      encoding: 'utf8',
    },
  );
  const { diagnostics } = (stdout === '' ? { diagnostics: undefined } : JSON.parse(stdout)) as {
    diagnostics: readonly Diagnostic[] | undefined;
  };
  if (diagnostics === undefined) throw new Error(stderr);
  return diagnostics.map(({ category, location }) => `${category} ${location.start.line}`);
}

/** The part of `npm run check` that is biome's. */
function biomeOfCheck(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: { check: string };
  };
  const part = scripts.check.split(' && ').find((command) => command.startsWith('biome check '));
  return part?.split(' ') ?? [];
}

describe('the lint', () => {
  it.each([
    'const planted = { a: 1, ...{ b: 2 } };',
    'const planted = { a: 1, ...({ b: 2 } as const) };',
    'const planted = { a: 1, ...({ b: 2 } satisfies object) };',
    'const planted = { a: { ...{ b: 2 } } };',
    'const planted = { a: 1, ...{} };',
  ])('wants plain keys: %s', async (line) => {
    expect(await found(`${line}\nexport default planted;\n`)).toEqual(['plugin 1']);
  });

  it('lets spread what is there sometimes only, and what has a name', async () => {
    const text = `export function planted(a: number | undefined, rest: object) {
  return { ...(a === undefined ? {} : { a }), ...rest };
}
`;
    expect(await found(text)).toEqual([]);
  });

  it('lets a function have four parameters and no more', async () => {
    const with4 = 'export const planted = (a: 1, b: 2, c: 3, d: 4) => [a, b, c, d];\n';
    const with5 = 'export const planted = (a: 1, b: 2, c: 3, d: 4, e: 5) => [a, b, c, d, e];\n';
    expect(await found(with4)).toEqual([]);
    expect(await found(with5)).toEqual(['lint/complexity/useMaxParams 1']);
  });
});
