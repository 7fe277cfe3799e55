/** `docs/extending-provider.md`, applied to a copy of the sources: it type-checks, its test passes, and its name is known. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../scripts/lib/paths.ts';

const root = packageRoot();
const copy = mkdtempSync(join(tmpdir(), 'repro-test-extending-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const SOURCES = ['scripts', 'vm', 'test', 'scenarios'];
/** Three programs each, on a host that may be busy with others. */
const TIMEOUT = 600_000;
const FILES = ['package.json', 'tsconfig.json', 'vitest.config.ts'];

/** The blocks of code that name their file. */
function blocks(text: string): { language: string; file: string; code: string }[] {
  return [...text.matchAll(/^```(\w+) (\S+)\n(.*?)^```$/gms)].map(
    ([, language = '', file = '', code = '']) => ({ language, file, code }),
  );
}

/** Lines of a file, in place of others. */
function applyDiff(text: string, diff: string): string {
  const lines = diff.trimEnd().split('\n');
  const side = (sign: string) =>
    lines
      .filter((line) => line[0] === ' ' || line[0] === sign)
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  expect(text.split(side('-'))).toHaveLength(2);
  return text.replace(side('-'), side('+'));
}

function runIn(argv: readonly string[]) {
  const [program = '', ...args] = argv;
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, VITEST: undefined },
  });
  return { status, said: `${stdout}${stderr}` };
}

const bin = (name: string) => join(root, 'node_modules', '.bin', name);

beforeAll(() => {
  for (const name of [...SOURCES, ...FILES]) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const found = blocks(readFileSync(join(root, 'docs/extending-provider.md'), 'utf8'));
  expect(found.map(({ language }) => language)).toEqual(['ts', 'ts', 'diff', 'diff', 'ts']);
  for (const { language, file, code } of found) {
    const path = join(copy, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, language === 'diff' ? applyDiff(readFileSync(path, 'utf8'), code) : code);
  }
});

it(
  'has types that fit',
  () => {
    const include = ['scripts', 'vm', 'test/vm/bubble.test.ts'];
    writeFileSync(join(copy, 'part.json'), JSON.stringify({ extends: './tsconfig.json', include }));
    expect(runIn([bin('tsc'), '--noEmit', '--project', 'part.json'])).toEqual({ status: 0, said: '' });
  },
  TIMEOUT,
);

/** A host without sandboxes can't tell; where tests must be whole, that is a failure. */
const cannot = runIn(['bwrap', '--ro-bind', '/', '/', 'true']).status !== 0 && !process.env.CI;

it.skipIf(cannot)(
  'passes its own test',
  () => {
    const { status, said } = runIn([bin('vitest'), 'run', '--project', 'unit', 'test/vm/bubble.test.ts']);
    expect(said).toContain('2 passed');
    expect(status).toBe(0);
  },
  TIMEOUT,
);

it(
  'is known by its name',
  () => {
    expect(runIn([bin('tsx'), 'scripts/dev/schema.ts', '--check']).status).toBe(1);
    expect(runIn([bin('tsx'), 'scripts/dev/schema.ts'])).toEqual({ status: 0, said: '' });
    expect(readFileSync(join(copy, 'scenarios/schema.json'), 'utf8')).toContain('"bubble"');
    const { status, said } = runIn([bin('tsx'), 'scripts/repro.ts', 'run', 'smoke', '--provider', 'buble']);
    expect(said).toContain(
      '--provider buble: there is no such provider; there is qemu, bubble; did you mean bubble?',
    );
    expect(status).toBe(2);
  },
  TIMEOUT,
);
