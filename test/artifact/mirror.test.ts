import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  debianMirror,
  hostTargets,
  type IndexTarget,
  parseTargets,
  pickMirror,
} from '../../scripts/artifact/mirror.ts';
import { packageRoot } from '../../scripts/lib/paths.ts';
import { signal, temporaryDir } from './support.ts';

const target = (uri: string, suite: string, rest: Partial<IndexTarget> = {}): IndexTarget => ({
  uri,
  suite,
  component: 'main',
  origin: '',
  label: '',
  ...rest,
});
const DEBIAN = { origin: 'Debian', label: 'Debian' };

describe('the mirror is picked', () => {
  test('by what an archive calls itself, wherever it is', () => {
    const targets = [
      target('http://a.example/debian/', 'bookworm', { origin: 'Raspberry Pi Foundation', label: 'x' }),
      target('http://b.example/debian-security/', 'bookworm', { origin: 'Debian', label: 'Debian-Security' }),
      target('http://cache.example:3142/odd/', 'bookworm', DEBIAN),
    ];
    expect(pickMirror(targets)).toBe('http://cache.example:3142/odd');
  });

  test('by its layout, before it ever said what it is', () => {
    const targets = [
      target('http://vendor.example/', 'trixie'),
      target('http://board.example/debian/', 'trixie'),
      target('http://deb.example/debian/', 'trixie'),
      target('http://deb.example/debian/', 'trixie-updates'),
    ];
    expect(pickMirror(targets)).toBe('http://deb.example/debian');
    expect(pickMirror(targets.slice(0, 2))).toBe('http://board.example/debian');
  });

  test.each([
    ['another distribution', [target('http://a.example/ubuntu/', 'noble', { origin: 'Ubuntu' })]],
    ['security updates only', [target('http://a.example/debian-security/', 'trixie-security')]],
    ['another component', [target('http://a.example/debian/', 'trixie', { component: 'contrib' })]],
    ["a vendor's stable", [target('http://a.example/linux/debian/', 'stable')]],
    ['a CD', [target('cdrom:[Debian GNU/Linux 13]/', 'trixie')]],
    ['nothing', []],
  ])('and never from %s', (_, targets) => expect(pickMirror(targets)).toBeUndefined());
});

test('fields that an apt does not know are empty; other indexes are left out', () => {
  const lines = [
    'Packages|http://a.example/debian/|trixie|main|$(ORIGIN)|$(LABEL)',
    'Packages|http://a.example/debian/|trixie|main|Debian|Debian',
    'Translations|http://a.example/debian/|trixie|main|Debian|Debian',
    '',
  ];
  expect(parseTargets(lines.join('\n'))).toEqual([
    target('http://a.example/debian/', 'trixie'),
    target('http://a.example/debian/', 'trixie', DEBIAN),
  ]);
});

const hasApt = (() => {
  try {
    execFileSync('apt-get', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasApt)("an apt's sources, before the first update", () => {
  test.each([
    ['debian-deb822', 'http://deb.example.org/debian'],
    ['debian-one-line', 'http://ftp.example.org/pub/debian'],
    ['vendors', 'http://deb.example.org/debian'],
    ['ubuntu', undefined],
  ])('%s', async (fixture, mirror) => {
    const state = await temporaryDir();
    await mkdir(join(state, 'lists/partial'), { recursive: true });
    const settings = {
      'Dir::Etc::sourcelist': '/dev/null',
      'Dir::Etc::sourceparts': join(packageRoot(), 'test/fixtures/apt', fixture),
      'Dir::State::lists': join(state, 'lists'),
      'APT::Architecture': 'amd64',
    };
    const config = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const targets = await hostTargets(signal, config);
    expect(targets.length).toBeGreaterThan(0);
    expect(pickMirror(targets)).toBe(mirror);
  });
});

describe('REPRO_DEBIAN_MIRROR', () => {
  test('is taken as it is, without a trailing slash', async () => {
    vi.stubEnv('REPRO_DEBIAN_MIRROR', 'http://mirror.example/debian/');
    expect(await debianMirror(signal)).toBe('http://mirror.example/debian');
    vi.unstubAllEnvs();
  });

  test.each(['mirror.example/debian', 'http://mirror.example/debian trixie main'])(
    'is refused as %s',
    async (named) => {
      vi.stubEnv('REPRO_DEBIAN_MIRROR', named);
      await expect(debianMirror(signal)).rejects.toMatchObject({ code: 'no-mirror' });
      vi.unstubAllEnvs();
    },
  );

  test('is what a host without apt is told to set', async () => {
    vi.stubEnv('REPRO_DEBIAN_MIRROR', undefined);
    vi.stubEnv('PATH', await temporaryDir());
    await expect(debianMirror(signal)).rejects.toMatchObject({
      code: 'no-mirror',
      message: expect.stringContaining('has no apt'),
      hint: expect.stringContaining('REPRO_DEBIAN_MIRROR'),
    });
    vi.unstubAllEnvs();
  });
});
