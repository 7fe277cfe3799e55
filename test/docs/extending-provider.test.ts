/** `docs/extending-provider.md`, applied to a copy of the sources: it type-checks, its test passes, and its name is known. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { Copy, TIMEOUT } from '../extending/copy.ts';
import { seamsOf } from '../extending/page.ts';

const PARTS = ['scripts', 'vm', 'test', 'scenarios', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

let copy: Copy;

beforeAll(async () => {
  const seams = seamsOf(readFileSync(join(packageRoot(), 'docs/extending-provider.md'), 'utf8'));
  expect(seams.flatMap(({ files }) => files)).toHaveLength(3);
  expect(seams.flatMap(({ edits }) => edits)).toHaveLength(2);
  copy = await Copy.make(PARTS, seams);
});

afterAll(() => copy[Symbol.asyncDispose]());

it('has types that fit', { timeout: TIMEOUT }, async () => {
  const made = await copy.compile('scripts', 'vm', 'test/vm/bubble.test.ts');
  expect(made).toEqual({ status: 0, output: '' });
});

/** A host without sandboxes can't tell; where tests must be whole, that is a failure. */
const cannot = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status !== 0 && !process.env.CI;

it.skipIf(cannot)('passes its own test', { timeout: TIMEOUT }, async () => {
  const { status, output } = await copy.vitest('test/vm/bubble.test.ts');
  expect(output).toContain('2 passed');
  expect(status).toBe(0);
});

it('is known by its name', { timeout: TIMEOUT }, async () => {
  expect((await copy.tsx('scripts/dev/schema.ts', '--check')).status).toBe(1);
  expect(await copy.tsx('scripts/dev/schema.ts')).toEqual({ status: 0, output: '' });
  expect(copy.read('scenarios/schema.json')).toContain('"bubble"');
  const { status, output } = await copy.tsx('scripts/repro.ts', 'run', 'smoke', '--provider', 'buble');
  expect(output).toContain(
    '--provider buble: there is no such provider; there is qemu, docker, bubble; did you mean bubble?',
  );
  expect(status).toBe(2);
});
