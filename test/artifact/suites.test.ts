import { expect, test } from 'vitest';
import { isCodename, isDebianSuite, nearestSuite } from '../../scripts/artifact/suites.ts';

test('suites of Debian, by codename and by what they are at the moment', () => {
  for (const suite of ['bullseye', 'trixie', 'sid'])
    expect(isCodename(suite) && isDebianSuite(suite)).toBe(true);
  for (const suite of ['stable', 'experimental']) {
    expect(isDebianSuite(suite)).toBe(true);
    expect(isCodename(suite)).toBe(false);
  }
  for (const suite of ['jammy', 'bookworm-security', 'nodistro', ''])
    expect(isDebianSuite(suite)).toBe(false);
});

test.each([
  ['trixe', 'trixie'],
  ['bookwrom', 'bookworm'],
  ['experimantal', 'experimental'],
])('%s was meant to be %s', (typed, meant) => expect(nearestSuite(typed)).toBe(meant));
