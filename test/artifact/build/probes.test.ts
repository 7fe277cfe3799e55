/** The list of probes in docs/security.md is the one that test/integration/sandbox.test.ts carries out. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const [, told = ''] = read('docs/security.md').split('### What is tried');
const [inside = '', judged = ''] = told.split('which the host judges');
const names = (text: string) => [...text.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);

it('what a program tries', () => {
  const tried = [...read('test/integration/sandbox/probes.c').matchAll(/say\("([^"]+)"/g)].map(
    ([, name]) => name,
  );
  expect(names(inside)).toEqual(tried);
  expect(tried.length).toBeGreaterThan(44);
});

it('what the host judges', () => {
  const tests = read('test/integration/sandbox.test.ts');
  const titles = [...tests.matchAll(/it(?:\.each\(\[[\s\S]*?\]\))?\(\s*'([\w-]+): /g)].map(
    ([, name]) => name,
  );
  expect(titles.sort()).toEqual(names(judged).sort());
});
