/** The examples of `docs/extending.md`, applied to a copy of the sources: they compile, and their own tests pass. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../scripts/lib/paths.ts';
import { applyEdit, type Seam, seamsOf } from './extending/page.ts';

const root = packageRoot();
const seams = seamsOf(readFileSync(join(root, 'docs', 'extending.md'), 'utf8'));
/** What holds for everything of its kind, and so for what the examples add. */
const GENERAL = [
  'test/architecture.test.ts',
  'test/components/cards.test.ts',
  'test/artifact/spec.test.ts',
  'test/scenario/docs.test.ts',
  'test/suites/registry.test.ts',
];
/** What tests stand on. */
const SUPPORT = ['test/artifact/support.ts', 'test/suites/support.ts'];
/** Parts of the copy: sources, and what the tests need beside themselves. */
const COPIED = ['scripts', 'vm', 'scenarios', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

let copy: string;
const inCopy = promisify(execFile);
/** Runs a program of the packages in the copy; returns what it printed, also when it failed. */
async function run(program: string, ...args: string[]): Promise<{ failed: boolean; output: string }> {
  const argv = [join(root, 'node_modules', program), ...args];
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, VITEST: undefined };
  return inCopy(process.execPath, argv, { cwd: copy, maxBuffer: 2 ** 26, env }).then(
    ({ stdout, stderr }) => ({ failed: false, output: stdout + stderr }),
    ({ stdout, stderr }) => ({ failed: true, output: `${stdout}${stderr}` }),
  );
}

const testsOf = ({ files }: Seam) => files.map(({ path }) => path).filter((path) => path.startsWith('test/'));

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'repro-test-extending-'));
  for (const part of COPIED) cpSync(join(root, part), join(copy, part), { recursive: true });
  for (const part of [...SUPPORT, ...GENERAL]) cpSync(join(root, part), join(copy, part));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const { path, text } of seams.flatMap(({ files }) => files)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  for (const edit of seams.flatMap(({ edits }) => edits)) {
    const file = join(copy, edit.path);
    writeFileSync(file, applyEdit(readFileSync(file, 'utf8'), edit));
  }
});

afterAll(() => rm(copy, { recursive: true, force: true }));

describe.each(seams.map((seam) => [seam.name, seam] as const))('%s', (_, seam) => {
  it('is new files, and lines of files that are there', () => {
    for (const { path } of seam.files) expect(existsSync(join(root, path)), path).toBe(false);
    for (const { path } of seam.edits) expect(existsSync(join(root, path)), path).toBe(true);
  });

  it('takes two files and a test', () => {
    const touched = new Set([...seam.files, ...seam.edits].map(({ path }) => path));
    const tests = testsOf(seam);
    expect(tests).not.toEqual([]);
    expect(touched.size - tests.length).toBeLessThanOrEqual(2);
  });
});

// Compilers and tests of their own: on a busy host they wait for one another.
const TIMEOUT = 600_000;

it('the examples compile', { timeout: TIMEOUT }, async () => {
  const config = { extends: './tsconfig.json', include: ['scripts', 'vm', 'test'] };
  writeFileSync(join(copy, 'tsconfig.copy.json'), JSON.stringify(config));
  expect(await run('typescript/bin/tsc', '--noEmit', '--project', 'tsconfig.copy.json')).toEqual({
    failed: false,
    output: '',
  });
});

it('the examples pass their tests, and those for all of their kind', { timeout: TIMEOUT }, async () => {
  for (const script of ['schema.ts', 'docs.ts']) {
    const made = await run('tsx/dist/cli.mjs', join('scripts', 'dev', script));
    expect(made).toEqual({ failed: false, output: '' });
  }
  const tests = [...seams.flatMap(testsOf), ...GENERAL];
  const { output } = await run('vitest/vitest.mjs', 'run', '--project', 'unit', '--reporter=json', ...tests);
  const result = JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
  const failures = result.testResults.flatMap((file: FileResult) => [
    ...(file.assertionResults.length === 0 ? [`${file.name}: ${file.message}`] : []),
    ...file.assertionResults.flatMap(({ fullName, failureMessages }) =>
      failureMessages.length === 0 ? [] : [`${fullName}: ${failureMessages.join('\n')}`],
    ),
  ]);
  expect(failures).toEqual([]);
  expect(result.testResults).toHaveLength(tests.length);
});

interface FileResult {
  readonly name: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }[];
}
