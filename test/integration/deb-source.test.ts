/** Debian's packages as artifacts, from a signed mirror that the test makes: no network, no root. */
import { execFileSync } from 'node:child_process';
import { readdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DebSource } from '../../scripts/artifact/deb.ts';
import { OfflineError } from '../../scripts/artifact/offline.ts';
import { ArtifactError, UsageError } from '../../scripts/lib/errors.ts';
import { run } from '../../scripts/lib/exec.ts';
import { sha256File } from '../../scripts/lib/hash-file.ts';
import { openCache, signal, temporaryDir } from '../artifact/support.ts';
import { LocalMirror, type LocalPackage } from './local-mirror.ts';

const TOOLS = ['apt-get', 'dpkg-deb', 'gpg', 'mksquashfs', 'unsquashfs'];
const missing = TOOLS.filter((tool) => {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
});
if (missing.length > 0) console.warn(`SKIPPED deb-source: this host has no ${missing.join(', ')}`);

const RUNC: LocalPackage = {
  name: 'runc',
  version: '1.1.15+ds1-2+b4',
  files: {
    'etc/runc.conf': 'not in a layer',
    'usr/sbin/runc': 'the runc',
    'lib/systemd/system/runc.service': '[Unit]',
    'usr/lib/runc/x': 'x',
  },
};
const KERNEL: readonly LocalPackage[] = [
  {
    name: 'linux-image-cloud-amd64',
    version: '6.12.1-1',
    files: {},
    depends: 'linux-image-6.12.1-cloud-amd64 (= 6.12.1-1)',
  },
  {
    name: 'linux-image-6.12.1-cloud-amd64',
    version: '6.12.1-1',
    depends: 'kmod, linux-base (>= 4.3)',
    files: { 'boot/vmlinuz-6.12.1-cloud-amd64': 'kernel', 'lib/modules/6.12.1-cloud-amd64/x.ko': 'module' },
  },
];

/** Every instance is like another process, or the next run. */
function open(root: string, offline = false) {
  const { cache, notices } = openCache(root, { offline });
  return { deb: new DebSource(cache), cache, notices };
}

const failureOf = (promise: Promise<unknown>): Promise<ArtifactError> =>
  promise.then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );

describe.skipIf(missing.length > 0)('deb:', { timeout: 60_000 }, () => {
  let mirror: LocalMirror;
  let root: string;
  beforeAll(async () => {
    mirror = await LocalMirror.start();
    await mirror.publish('trixie', [RUNC, ...KERNEL]);
  }, 60_000);
  afterAll(() => mirror[Symbol.asyncDispose]());
  beforeEach(async () => {
    mirror.recover();
    mirror.requests.length = 0;
    vi.stubEnv('REPRO_DEBIAN_MIRROR', mirror.uri);
    vi.stubEnv('REPRO_DEBIAN_KEYRING', mirror.keyring);
    vi.stubEnv('http_proxy', undefined);
    root = join(await temporaryDir(), 'cache');
    return () => vi.unstubAllEnvs();
  });

  const resolveRunc = async (deb: DebSource, suite = 'trixie') => {
    const found = await deb.resolve({ component: 'runc', place: suite }, signal);
    if (found === undefined) throw new Error(`no runc in ${suite}`);
    return found;
  };
  /** The index is as old as that many days. */
  const ageIndex = async (suite: string, days: number) => {
    const { stdout } = await run(['find', join(root, 'apt'), '-name', 'updated']);
    const when = new Date(Date.now() - days * 24 * 3600 * 1000);
    const stamps = stdout.split('\n').filter((path) => path.includes(`/${suite}`));
    expect(stamps).toHaveLength(1);
    for (const stamp of stamps) await utimes(stamp, when, when);
  };

  describe('resolves', () => {
    test('a package to its version, digest and size', async () => {
      const found = await resolveRunc(open(root).deb);
      expect(found).toMatchObject({
        component: 'runc',
        version: '1.1.15',
        packageVersion: '1.1.15+ds1-2+b4',
        source: 'deb:trixie',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(found.size).toBeGreaterThan(100);
    });

    test('a kernel through its meta package', async () => {
      const found = await open(root).deb.resolve({ component: 'kernel', place: 'trixie' }, signal);
      expect(found).toMatchObject({ version: '6.12.1', packageVersion: '6.12.1-1' });
    });

    test('only the version that is asked for', async () => {
      const { deb } = open(root);
      expect(await deb.resolve({ component: 'runc', place: 'trixie', version: '1.1' }, signal)).toBeDefined();
      expect(
        await deb.resolve({ component: 'runc', place: 'trixie', version: '1.2' }, signal),
      ).toBeUndefined();
    });

    test('neither what the suite lacks nor what no package is known for', async () => {
      const { deb } = open(root);
      expect(await deb.resolve({ component: 'containerd', place: 'trixie' }, signal)).toBeUndefined();
      expect(await deb.resolve({ component: 'docker', place: 'trixie' }, signal)).toBeUndefined();
    });
  });

  test('makes a layer with /usr merged; the next run needs no network for it', async () => {
    const { deb } = open(root);
    const layer = await deb.materialise(await resolveRunc(deb), signal);
    expect(layer.name).toBe('runc-1.1.15');
    expect(await sha256File(layer.file)).toBe(layer.sha256);
    const { stdout } = await run(['unsquashfs', '-lls', '-d', '', layer.file]);
    expect(stdout).not.toMatch(/ \/(?!usr)\w/);
    for (const path of ['/usr/sbin/runc', '/usr/lib/runc/x', '/usr/lib/systemd/system/runc.service']) {
      expect(stdout).toMatch(new RegExp(`root/root .* ${path}$`, 'm'));
    }
    await mirror.break(/./, () => 500);
    const again = open(root, true).deb;
    expect(await again.materialise(await resolveRunc(again), signal)).toEqual(layer);
  });

  test('the same package gives the same layer, byte for byte', async () => {
    const sums = [];
    for (const cache of ['a', 'b']) {
      const { deb } = open(join(root, cache));
      sums.push((await deb.materialise(await resolveRunc(deb), signal)).sha256);
    }
    expect(sums[0]).toBe(sums[1]);
  });

  describe('refuses', () => {
    test('a package that was changed', async () => {
      mirror.break(/\.deb$/, (body) => Buffer.concat([body.subarray(0, -1), Buffer.from('!')]));
      const { deb } = open(root);
      const error = await failureOf(deb.materialise(await resolveRunc(deb), signal));
      expect(error).toBeInstanceOf(ArtifactError);
      expect(error).toMatchObject({
        code: 'digest',
        message: expect.stringContaining('runc=1.1.15+ds1-2+b4'),
      });
      mirror.recover();
      const later = open(root).deb;
      await later.materialise(await resolveRunc(later), signal);
    });

    test('a package that was cut off', async () => {
      mirror.break(/\.deb$/, (body) => body.subarray(0, body.length / 2));
      const { deb } = open(root);
      expect(await failureOf(deb.materialise(await resolveRunc(deb), signal))).toMatchObject({
        code: 'digest',
      });
    });

    test('an index that is not what was signed', async () => {
      mirror.break(/Packages/, (body) => Buffer.from(body.toString().replace('1.1.15', '1.1.16')));
      expect(await failureOf(resolveRunc(open(root).deb))).toMatchObject({ code: 'digest' });
    });

    test.each(['other-key', 'nobody'] as const)('a suite that is signed by %s', async (signedBy) => {
      await mirror.publish('forky', [RUNC], { signedBy });
      const error = await failureOf(resolveRunc(open(root).deb, 'forky'));
      expect(error).toBeInstanceOf(ArtifactError);
      expect(error.message).toContain('forky');
      expect(['signature', 'not-on-mirror']).toContain(error.code);
      if (signedBy === 'other-key') expect(error.code).toBe('signature');
    });

    test('a suite that the mirror does not have', async () => {
      const error = await failureOf(resolveRunc(open(root).deb, 'trixe'));
      expect(error).toMatchObject({ code: 'not-on-mirror', message: expect.stringContaining('trixe') });
      expect(error.hint).toBe('did you mean deb:trixie?');
      expect(await openCache(root).cache.list()).toEqual([]);
    });

    test.each(['../../../outside', 'trixie main', 'trixie\nApt', ''])('a suite called %j', async (suite) => {
      const error = await failureOf(resolveRunc(open(root).deb, suite));
      expect(error).toBeInstanceOf(UsageError);
      expect(await readdir(join(root, '..'))).toEqual([]);
    });

    test('a keyring that is not there', async () => {
      vi.stubEnv('REPRO_DEBIAN_KEYRING', join(root, 'none.gpg'));
      expect(await failureOf(resolveRunc(open(root).deb))).toMatchObject({ code: 'no-keyring' });
    });

    test('an index of another mirror or with other keys, however fresh', async () => {
      await resolveRunc(open(root).deb);
      vi.stubEnv('REPRO_DEBIAN_MIRROR', 'http://127.0.0.1:1/debian');
      expect(await failureOf(resolveRunc(open(root).deb))).toMatchObject({ code: 'mirror-down' });
      vi.stubEnv('REPRO_DEBIAN_MIRROR', mirror.uri);
      vi.stubEnv('REPRO_DEBIAN_KEYRING', mirror.otherKeyring);
      expect(await failureOf(resolveRunc(open(root).deb))).toMatchObject({ code: 'signature' });
    });

    test('a package that the mirror no longer has; the next run reads the index anew', async () => {
      await mirror.publish('sid', [RUNC]);
      const { deb } = open(root);
      const found = await resolveRunc(deb, 'sid');
      await mirror.publish('sid', [{ ...RUNC, version: '1.3.6-1' }]);
      await mirror.forget('sid', found.packageVersion);
      expect(await failureOf(deb.materialise(found, signal))).toMatchObject({ code: 'package-gone' });
      expect((await resolveRunc(open(root).deb, 'sid')).version).toBe('1.3.6');
    });
  });

  describe('when the mirror is down', () => {
    beforeEach(() => vi.stubEnv('REPRO_DEBIAN_MIRROR', 'http://127.0.0.1:1/debian'));

    test('says so, and what to do', async () => {
      const error = await failureOf(resolveRunc(open(root).deb));
      expect(error).toMatchObject({
        code: 'mirror-down',
        hint: expect.stringContaining('REPRO_DEBIAN_MIRROR'),
      });
    });
  });

  test('an index a day old serves, with a notice, when it cannot be refreshed', async () => {
    await resolveRunc(open(root).deb);
    await ageIndex('trixie', 3);
    mirror.break(/./, () => 503);
    const { deb, notices } = open(root);
    expect((await resolveRunc(deb)).version).toBe('1.1.15');
    expect(notices.filter((line) => line.includes('index of trixie'))).toHaveLength(1);
  });

  test('an index is asked for once a day', async () => {
    await resolveRunc(open(root).deb);
    mirror.requests.length = 0;
    await resolveRunc(open(root).deb);
    expect(mirror.requests).toEqual([]);
    await ageIndex('trixie', 2);
    await resolveRunc(open(root).deb);
    expect(mirror.requests.join()).toContain('InRelease');
  });

  describe('offline', () => {
    test('an index of any age serves, and nothing is asked of the mirror', async () => {
      await resolveRunc(open(root).deb);
      await ageIndex('trixie', 300);
      mirror.requests.length = 0;
      await resolveRunc(open(root, true).deb);
      expect(mirror.requests).toEqual([]);
    });

    test('what is missing is named: the index, then the package', async () => {
      const index = await failureOf(resolveRunc(open(root, true).deb));
      expect(index).toBeInstanceOf(OfflineError);
      expect(index.message).toContain('the package index of trixie');
      await resolveRunc(open(root).deb);
      const { deb } = open(root, true);
      const error = await failureOf(deb.materialise(await resolveRunc(deb), signal));
      expect(error).toBeInstanceOf(OfflineError);
      expect(error.message).toContain('deb runc_1.1.15+ds1-2+b4');
    });
  });

  test('a package that was damaged in the cache is fetched again', async () => {
    const { deb } = open(root);
    const { sha256 } = await deb.materialise(await resolveRunc(deb), signal);
    const { stdout } = await run(['find', root, '-name', '*.deb', '-o', '-name', '*.squashfs']);
    const files = stdout.trim().split('\n');
    expect(files).toHaveLength(2);
    for (const file of files) await truncate(file, 10);
    mirror.requests.length = 0;
    const { deb: later, notices } = open(root);
    expect((await later.materialise(await resolveRunc(later), signal)).sha256).toBe(sha256);
    expect(mirror.requests.join()).toContain('.deb');
    expect(notices.filter((line) => line.includes('damaged'))).toHaveLength(2);
  });

  test('an index that was damaged in the cache is fetched again, and named when it cannot be', async () => {
    const damage = async () => {
      await resolveRunc(open(root).deb);
      const { stdout } = await run(['find', join(root, 'apt'), '-name', '*_Packages*']);
      for (const file of stdout.trim().split('\n')) await truncate(file, 20);
    };
    await damage();
    const { deb, notices } = open(root);
    expect((await resolveRunc(deb)).version).toBe('1.1.15');
    expect(notices.filter((line) => line.includes('index of trixie in the cache is damaged'))).toHaveLength(
      1,
    );
    await damage();
    const error = await failureOf(resolveRunc(open(root, true).deb));
    expect(error).toBeInstanceOf(OfflineError);
    expect(error.message).toContain('damaged');
  });

  test('an index is an entry of the cache, with a size', async () => {
    const { deb, cache } = open(root);
    await resolveRunc(deb);
    expect(await cache.list()).toEqual([expect.objectContaining({ kind: 'apt', name: 'trixie' })]);
    expect((await cache.list())[0]?.bytes).toBeGreaterThan(100);
    expect((await cache.prune(0)).removed).toHaveLength(1);
    expect((await resolveRunc(open(root).deb)).version).toBe('1.1.15');
  });

  test("the host's own apt has no say, and is not touched", async () => {
    const hostile = join(await temporaryDir(), 'apt.conf');
    await writeFile(hostile, 'APT::Architecture "s390x"; Acquire::Languages "de";');
    vi.stubEnv('APT_CONFIG', hostile);
    expect((await resolveRunc(open(root).deb)).version).toBe('1.1.15');
    expect(mirror.requests.join()).not.toContain('Translation-de');
  });
});

/** The suites that scenarios use, as the mirror of this host has them. */
describe.skipIf(!process.env.REPRO_TEST_NETWORK)("deb: from this host's mirror", { timeout: 300_000 }, () => {
  test.each([
    ['bookworm', 'runc', '1.1.5'],
    ['trixie', 'runc', '1.1.15'],
    ['bookworm', 'containerd', '1.6.20'],
    ['trixie', 'containerd', '1.7.24'],
  ])('%s has %s %s', async (suite, component, version) => {
    const { deb } = open(join(await temporaryDir(), 'cache'));
    const found = await deb.resolve({ component, place: suite }, signal);
    expect(found?.version).toBe(version);
  });

  test('runc becomes a layer', async () => {
    const { deb } = open(join(await temporaryDir(), 'cache'));
    const found = await deb.resolve({ component: 'runc', place: 'trixie' }, signal);
    if (found === undefined) expect.unreachable('trixie has runc');
    const layer = await deb.materialise(found, signal);
    const { stdout } = await run(['unsquashfs', '-l', '-d', '', layer.file]);
    expect(stdout).toMatch(/^\/usr\/s?bin\/runc$/m);
  });
});
