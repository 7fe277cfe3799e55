import { describe, expect, test } from 'vitest';
import { matchesVersion, upstreamVersion } from '../../scripts/artifact/version.ts';

test.each([
  ['1.1.15+ds1-2+b4', '1.1.15'],
  ['1.6.20~ds1-1+deb12u3', '1.6.20'],
  ['1.7.24~ds1-6+deb13u1', '1.7.24'],
  ['0.17+dfsg-1+deb11u2', '0.17'],
  ['1:1.37.0-6+b9', '1.37.0'],
  ['6.12.117-1', '6.12.117'],
  ['1.0.0~rc93+ds1-5+deb11u5', '1.0.0-rc93'],
  ['7.3~rc4-1~exp1', '7.3-rc4'],
  ['2.0.0~beta1~ds1-1', '2.0.0-beta1'],
  ['1.20.5+really1.20.2-1', '1.20.2'],
  ['1.5.0+git20240101.abc-1', '1.5.0'],
  ['10.1-rc1-3', '10.1-rc1'],
  ['2023.3+deb12u2', '2023.3'],
])('%s is upstream %s', (packageVersion, upstream) => {
  expect(upstreamVersion(packageVersion)).toBe(upstream);
});

describe('a bare version', () => {
  test.each([
    ['1.6', '1.6.20'],
    ['1.6.20', '1.6.20'],
    ['v1.6', '1.6.20'],
    ['6.12', '6.12.117'],
    ['1', '1.6.20'],
    ['1.0.0-rc93', '1.0.0-rc93'],
  ])('%s asks for %s', (wanted, version) => expect(matchesVersion(wanted, version)).toBe(true));

  test.each([
    ['1.6', '1.60.1'],
    ['1.6', '1.7.24'],
    ['1.6.2', '1.6.20'],
    ['1.6.20', '1.6'],
    ['1.0', '1.0.0-rc93'],
    ['1.0.0', '1.0.0-rc93'],
    ['', '1.6.20'],
  ])('%s does not ask for %s', (wanted, version) => expect(matchesVersion(wanted, version)).toBe(false));
});
