import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { askScript, compareNode } from '../../scripts/node/compare.ts';
import { EXPECTATIONS } from '../../scripts/node/expectations.ts';
import { prepareScript } from '../../scripts/node/prepare.ts';
import type { Expectation } from '../../scripts/node/types.ts';

const one = (more: Partial<Expectation>): Expectation => ({
  what: 'a',
  ask: 'echo 1',
  node: '1',
  source: 's',
  ...more,
});
const sh = (script: string) => execFileSync('sh', ['-c', script], { encoding: 'utf8' });

describe('a guest beside a node', () => {
  it('is the same, differs as listed, or differs', () => {
    const known = { guest: /^2$/, effect: 'little' };
    const asked = [
      one({}),
      one({ is: /^\d$/, node: 'a digit' }),
      one({ ask: 'echo 2', differs: known }),
      one({ ask: 'echo 3', differs: known }),
      one({ ask: 'echo 2' }),
    ];
    expect(compareNode(asked, sh(askScript(asked))).map(({ result, effect }) => [result, effect])).toEqual([
      ['same', ''],
      ['same', ''],
      ['known', 'little'],
      ['differs', 'not looked into'],
      ['differs', 'not looked into'],
    ]);
  });

  it('takes answers of several lines, without an end of line, empty ones and messages of errors', () => {
    const asked = [
      one({ ask: 'printf "1\\n 2"' }),
      one({ ask: ':' }),
      one({ ask: 'cd /no-such-folder' }),
      one({}),
    ];
    const guests = compareNode(asked, sh(askScript(asked))).map(({ guest }) => guest);
    expect(guests.slice(0, 2)).toEqual(['1, 2', '']);
    expect(guests[2]).toContain('no-such-folder');
    expect(guests[3]).toBe('1');
  });

  it('misses no answer: without one a guest differs', () => {
    const [row] = compareNode([one({ differs: { guest: /^$/, effect: 'none' } })], '');
    expect(row).toMatchObject({ guest: 'no answer', result: 'differs' });
  });
});

describe('the expectations', () => {
  it('have each a name of its own, a source, and text that a shell can read', () => {
    const names = EXPECTATIONS.map(({ what }) => what);
    expect(new Set(names).size).toBe(names.length);
    for (const { source } of EXPECTATIONS) expect(source.length).toBeGreaterThan(4);
    for (const script of [askScript(EXPECTATIONS), prepareScript()]) {
      execFileSync('sh', ['-n'], { input: script });
    }
  });

  it("list no difference that is a node's answer too", () => {
    for (const { node, differs } of EXPECTATIONS) expect(differs?.guest.test(node)).not.toBe(true);
  });

  it('stand in docs/guest.md wherever a guest differs', () => {
    const docs = readFileSync(join(packageRoot(), 'docs/guest.md'), 'utf8');
    const text = docs.replaceAll('`', '').replace(/\s+/g, ' ');
    for (const { what, differs } of EXPECTATIONS) {
      if (differs === undefined) continue;
      expect(text).toContain(what);
      expect(text).toContain(differs.effect);
    }
  });
});
