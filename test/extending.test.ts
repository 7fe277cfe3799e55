/** The examples of `docs/extending.md`, applied to a copy of the sources: they compile, and their own tests pass. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../scripts/lib/paths.ts';
import { Copy, TIMEOUT } from './extending/copy.ts';
import { type Seam, seamsOf } from './extending/page.ts';

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
const SUPPORT = [
  ...['artifact', 'runner', 'suites', 'vm'].map((folder) => `test/${folder}/support.ts`),
  ...['suites/good-guest.ts', 'suites/cri/wire.ts', 'verdict/samples.ts', 'scenario/fixture.ts'].map(
    (name) => `test/${name}`,
  ),
  'test/fixtures/reports',
];
/** Parts of the copy: sources, and what the tests need beside themselves. */
const COPIED = ['scripts', 'vm', 'scenarios', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

let copy: Copy;

/** The new folder that a source is in, or the file. */
function placeOf(path: string): string {
  const folder = dirname(path);
  return path.startsWith('test/') || existsSync(join(root, folder)) ? path : folder;
}

const testsOf = ({ files }: Seam) => files.map(({ path }) => path).filter((path) => path.startsWith('test/'));

beforeAll(async () => {
  copy = await Copy.make([...COPIED, ...SUPPORT, ...GENERAL], seams);
});

afterAll(() => copy[Symbol.asyncDispose]());

describe.each(seams.map((seam) => [seam.name, seam] as const))('%s', (_, seam) => {
  it('is new files, and lines of files that are there', () => {
    for (const { path } of seam.files) expect(existsSync(join(root, path)), path).toBe(false);
    for (const { path } of seam.edits) expect(existsSync(join(root, path)), path).toBe(true);
  });

  it('takes a test, and two files that are there or a new one (or a folder) and a line in a list', () => {
    const touched = new Set([...seam.files, ...seam.edits].map(({ path }) => placeOf(path)));
    const tests = testsOf(seam);
    expect(tests).not.toEqual([]);
    expect(touched.size - tests.length).toBeLessThanOrEqual(2);
    const edited = new Set(seam.edits.map(({ path }) => path)).size;
    // Beside what is new, a line in a list.
    expect(edited).toBeLessThanOrEqual(seam.files.length > tests.length ? 1 : 2);
  });
});

it('the examples compile', { timeout: TIMEOUT }, async () => {
  expect(await copy.compile('scripts', 'vm', 'test')).toEqual({ status: 0, output: '' });
});

it('the examples pass their tests, and those for all of their kind', { timeout: TIMEOUT }, async () => {
  for (const script of ['schema.ts', 'docs.ts']) {
    expect(await copy.tsx(join('scripts', 'dev', script))).toEqual({ status: 0, output: '' });
  }
  const tests = [...seams.flatMap(testsOf), ...GENERAL];
  const { output } = await copy.vitest('--reporter=json', ...tests);
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
