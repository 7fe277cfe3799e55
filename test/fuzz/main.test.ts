/** The command itself, with kinds that fail on purpose. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const out = mkdtempSync(join(tmpdir(), 'repro-fuzz-test-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

function fuzz(...args: string[]) {
  const own = ['--kinds', join(import.meta.dirname, 'failing-kinds.ts'), '--out', out];
  const argv = ['--import', 'tsx', join(import.meta.dirname, 'main.ts'), ...own, ...args];
  return spawnSync(process.execPath, argv, { encoding: 'utf8' });
}

const kept = (name: string) => readFileSync(join(out, `${name}-1.txt`), 'utf8');

describe('of kinds that fail', () => {
  let told: ReturnType<typeof fuzz>;
  beforeAll(() => {
    told = fuzz('--runs', '50', '--patience', '10');
  });

  it.each([
    ['throws', 'TypeError: x is not a function'],
    ['hangs', 'hang: '],
    ['grows', 'memory: '],
    ['waits', 'hang: no end after 10 s'],
    ['ends', 'the process ended: '],
  ])('an input that %s is kept', (kind, error) => {
    expect(told.stdout).toContain(error);
    expect(kept(kind)).toContain(error);
  });

  it('the command fails', () => expect(told.status).toBe(1));

  it('and what holds holds', () => expect(told.stdout).toMatch(/^holds +50 +0 +\d+ ms +\d+ MiB$/m));

  it('an input that throws is made smaller', () => expect(kept('throws')).toMatch(/^10$/m));

  it('one that has no end is told as it was', () => {
    const [input] = /^\d+$/m.exec(kept('waits')) ?? [];
    expect(Number(input)).toBeGreaterThan(900);
  });

  it('is made again as it says', () => {
    const [, again = ''] = /^npm run fuzz -- (.*)$/m.exec(kept('throws')) ?? [];
    expect(fuzz(...again.split(' ')).stdout).toMatch(/^throws +1 +1 /m);
  });
});

it('where all is well it succeeds', () => {
  expect(fuzz('--kind', 'holds', '--runs', '50').status).toBe(0);
});

it('names the kinds there are', () => {
  const { status, stderr } = fuzz('--kind', 'other');
  expect(stderr).toContain('kinds: holds, throws, hangs, grows, waits, ends');
  expect(status).toBe(2);
});
