import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { OfflineError } from '../../scripts/artifact/offline.ts';
import { ReleaseSource } from '../../scripts/artifact/release.ts';
import { findChecksum, releaseFiles } from '../../scripts/artifact/release-layout.ts';
import { dearmor } from '../../scripts/artifact/signature.ts';
import type { SourceQuery } from '../../scripts/artifact/types.ts';
import { ArtifactError, UsageError } from '../../scripts/lib/errors.ts';
import { sha256Text } from '../../scripts/lib/hash.ts';
import { ReleaseServer } from './release-server.ts';
import { openCache, signal, temporaryDir } from './support.ts';

const RUNC = '#!/bin/sh\necho runc\n';
const SUMS = `${sha256Text('another')}  runc.arm64\n${sha256Text(RUNC)}  runc.amd64\n`;

let root: string;

beforeEach(async () => {
  root = join(await temporaryDir(), 'cache');
  return () => vi.unstubAllEnvs();
});

/** Every source is like another process. */
const resolve = (query: Partial<SourceQuery> = {}, offline = false) =>
  new ReleaseSource(openCache(root, { offline }).cache, { pause: 1 }).resolve(
    { component: 'runc', place: '1.1.15', ...query },
    signal,
  );
const failure = (query?: Partial<SourceQuery>, offline?: boolean): Promise<ArtifactError> =>
  resolve(query, offline).then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );

async function serve(version = 'v1.1.15'): Promise<ReleaseServer> {
  const page = await ReleaseServer.start({
    [`/${version}/runc.amd64`]: RUNC,
    [`/${version}/runc.sha256sum`]: SUMS,
  });
  vi.stubEnv('REPRO_RELEASES_RUNC', page.uri);
  return page;
}

describe('where the files of a release are', () => {
  const page = (path: string) => `https://github.com/${path}`;
  test.each([
    {
      component: 'runc',
      arch: 'amd64',
      base: page('opencontainers/runc/releases/download'),
      file: 'v1.2.3/runc.amd64',
      checksums: 'v1.2.3/runc.sha256sum',
      signature: 'v1.2.3/runc.amd64.asc',
    },
    {
      component: 'runc',
      arch: 'arm64',
      base: page('opencontainers/runc/releases/download'),
      file: 'v1.2.3/runc.arm64',
      checksums: 'v1.2.3/runc.sha256sum',
      signature: 'v1.2.3/runc.arm64.asc',
    },
    {
      component: 'containerd',
      arch: 'arm64',
      base: page('containerd/containerd/releases/download'),
      file: 'v1.2.3/containerd-1.2.3-linux-arm64.tar.gz',
      checksums: 'v1.2.3/containerd-1.2.3-linux-arm64.tar.gz.sha256sum',
      signature: undefined,
    },
    {
      component: 'kubelet',
      arch: 'amd64',
      base: 'https://dl.k8s.io/release',
      file: 'v1.2.3/bin/linux/amd64/kubelet',
      checksums: 'v1.2.3/bin/linux/amd64/kubelet.sha256',
      signature: undefined,
    },
    {
      component: 'e2eNode',
      arch: 'arm64',
      base: 'https://dl.k8s.io/release',
      file: 'v1.2.3/kubernetes-test-linux-arm64.tar.gz',
      checksums: 'v1.2.3/kubernetes-test-linux-arm64.tar.gz.sha256',
      signature: undefined,
    },
    {
      component: 'crictl',
      arch: 'amd64',
      base: page('kubernetes-sigs/cri-tools/releases/download'),
      file: 'v1.2.3/crictl-v1.2.3-linux-amd64.tar.gz',
      checksums: 'v1.2.3/crictl-v1.2.3-linux-amd64.tar.gz.sha256',
      signature: undefined,
    },
    {
      component: 'cniPlugins',
      arch: 'amd64',
      base: page('containernetworking/plugins/releases/download'),
      file: 'v1.2.3/cni-plugins-linux-amd64-v1.2.3.tgz',
      checksums: 'v1.2.3/cni-plugins-linux-amd64-v1.2.3.tgz.sha256',
      signature: undefined,
    },
  ] as const)('of $component for $arch', ({ component, arch, ...files }) => {
    vi.stubEnv('REPRO_RELEASES_RUNC', '');
    expect(releaseFiles(component, '1.2.3', arch)).toMatchObject(files);
  });

  test.each([
    ['https://mirror.example.org/runc/', 'https://mirror.example.org/runc'],
    ['file:///srv/releases', 'file:///srv/releases'],
    ['/srv/my releases/', 'file:///srv/my%20releases'],
    ['./releases', pathToFileURL('releases').href],
  ])('can be set: %s', (value, base) => {
    vi.stubEnv('REPRO_RELEASES_RUNC', value);
    expect(releaseFiles('runc', '1.2.3', 'amd64')?.base).toBe(base);
  });

  test.each(['mirror.example.org', 'ftp://mirror.example.org/', 'https://'])('cannot be %s', (value) => {
    vi.stubEnv('REPRO_RELEASES_RUNC', value);
    expect(() => releaseFiles('runc', '1.2.3', 'amd64')).toThrow(UsageError);
    expect(() => releaseFiles('runc', '1.2.3', 'amd64')).toThrow(`REPRO_RELEASES_RUNC is '${value}'`);
  });

  test('cannot have a password, and it is not repeated', () => {
    vi.stubEnv('REPRO_RELEASES_RUNC', 'https://me:secret@mirror.example.org');
    expect(() => releaseFiles('runc', '1.2.3', 'amd64')).toThrow(
      /^REPRO_RELEASES_RUNC has a name or a password in it, which reports would show$/,
    );
  });
});

describe('a file of checksums', () => {
  const digest = sha256Text('x');
  const other = sha256Text('y');
  test.each([
    ['as sha256sum writes it', `${other}  runc.arm64\n${digest}  runc.amd64\n`],
    ['of binary files', `${digest} *runc.amd64\n`],
    ['with folders', `${digest}  ./_output/releases/runc.amd64\n`],
    ['with lines as Windows ends them', `${other}  runc.arm64\r\n${digest}  runc.amd64\r\n`],
    ['that is a digest alone', digest],
    ['in capitals', `${digest.toUpperCase()}  runc.amd64`],
    [
      'that is signed in clear',
      `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${other}  runc.arm64\n${digest}  runc.amd64\n-----BEGIN PGP SIGNATURE-----\n\niHUEARYIAB0=\n-----END PGP SIGNATURE-----\n`,
    ],
  ])('%s', (_, text) => expect(findChecksum(text, 'runc.amd64', 'sums')).toBe(digest));

  test.each([
    ['of other files', `${digest}  runc.arm64\n${other}  runc.amd64.asc\n`],
    ['with two digests alone', `${digest}\n${other}\n`],
    ['of one other file', `${digest}  runc.arm64\n`],
    ['that is a page of a proxy', '<html><body>Please log in</body></html>'],
    ['of another kind', `${digest}${other}  runc.amd64\n`],
    ['that is empty', ''],
  ])('%s has none', (_, text) => {
    expect(() => findChecksum(text, 'runc.amd64', 'sums')).toThrow('sums has no sha256 of runc.amd64');
  });
});

test('a keyring in ASCII armor is taken apart, block by block; another is left as it is', () => {
  const keys = [
    Buffer.from('the first key, of some length, more than a line of base64'),
    Buffer.from('second'),
  ];
  const block = (key: Buffer, headers: string) =>
    `-----BEGIN PGP PUBLIC KEY BLOCK-----\n${headers}\n${key.toString('base64').replaceAll(/.{40}/g, '$&\n')}\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n`;
  const text = `pub   rsa4096 2016-06-21 [SC]\n      5F36C6C6\n\n${keys.map((key, i) => block(key, i === 0 ? 'Comment: github=someone\n' : '')).join('\nuid someone else\n\n')}`;
  expect(dearmor(Buffer.from(text))).toEqual(Buffer.concat(keys));
  const binary = Buffer.from([0x99, 0x02, 0x0d, 0xff]);
  expect(dearmor(binary)).toEqual(binary);
});

describe('resolve', () => {
  test('tells the address, the digest, the size, and how it is verified', async () => {
    const page = await serve();
    const url = `${page.uri}/v1.1.15/runc.amd64`;
    expect(await resolve({ place: 'v1.1.15' })).toEqual({
      component: 'runc',
      version: '1.1.15',
      packageVersion: 'v1.1.15',
      source: 'release:1.1.15',
      sha256: sha256Text(RUNC),
      size: RUNC.length,
      download: { url, verified: 'checksum only' },
      locator: { url },
    });
    expect(page.requests).toEqual(['GET /v1.1.15/runc.sha256sum', 'HEAD /v1.1.15/runc.amd64']);
  });

  test('says that a signature will be checked where there are keys and the project signs', async () => {
    await serve();
    const keyring = join(await temporaryDir(), 'keys.gpg');
    vi.stubEnv('REPRO_RELEASES_KEYRING', keyring);
    expect(await failure()).toBeInstanceOf(UsageError);
    await writeFile(keyring, 'keys');
    expect((await resolve())?.download?.verified).toBe('checksum and signature');
  });

  test('asks once, and is content with that when offline', async () => {
    const page = await serve();
    const found = await resolve();
    await page.stop();
    expect(await resolve()).toEqual(found);
    expect(await resolve({}, true)).toEqual(found);
  });

  test('offline, what is missing is named', async () => {
    await serve();
    const error = await failure({}, true);
    expect(error).toBeInstanceOf(OfflineError);
    expect(error.message).toContain('checksum runc-1.1.15');
  });

  test('a version that is not there is named, with its place', async () => {
    const page = await serve();
    const error = await failure({ place: '1.1.99' });
    expect(error).toBeInstanceOf(ArtifactError);
    expect(error.message).toBe(
      `no release runc 1.1.99: there is no ${page.uri}/v1.1.99/runc.sha256sum (HTTP status 404)`,
    );
    expect(error.hint).toContain('REPRO_RELEASES_RUNC');
  });

  test('a page that is no list of checksums is no answer', async () => {
    const page = await serve();
    page.files.set('/v1.1.15/runc.sha256sum', Buffer.from('<html>Please log in</html>'));
    expect(await failure()).toMatchObject({ code: 'checksum' });
  });

  test('a server that is down is not taken for one without the version', async () => {
    const page = await serve();
    page.break(/./, { status: 502 });
    expect(await failure({ place: '', version: '1.1.15' })).toMatchObject({ code: 'download' });
  });

  test('a bare version is looked up, and may not be there', async () => {
    await serve();
    expect(await resolve({ place: '', version: '1.1.15' })).toMatchObject({ source: 'release:1.1.15' });
    expect(await resolve({ place: '', version: '1.1.16' })).toBeUndefined();
    expect(await resolve({ place: '', version: '1.1' })).toBeUndefined();
  });

  test.each(['kernel', 'crun', 'busybox'])('there are no releases of %s', async (component) => {
    expect(await resolve({ component })).toBeUndefined();
  });
});

describe('a folder of releases', () => {
  const put = async (version: string, sums = SUMS) => {
    const dir = join(root, '..', 'releases', version);
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'runc.amd64'), RUNC);
    await writeFile(join(dir, 'runc.sha256sum'), sums);
    vi.stubEnv('REPRO_RELEASES_RUNC', join(dir, '..'));
    return dir;
  };

  test('needs no network', async () => {
    const dir = await put('v1.1.15');
    expect(await resolve({}, true)).toMatchObject({
      sha256: sha256Text(RUNC),
      download: { url: pathToFileURL(join(dir, 'runc.amd64')).href },
    });
  });

  test('is looked at again when it changed', async () => {
    const dir = await put('v1.1.15');
    await resolve();
    const changed = SUMS.replace(sha256Text(RUNC), sha256Text('rebuilt'));
    await writeFile(join(dir, 'runc.sha256sum'), changed);
    await utimes(join(dir, 'runc.sha256sum'), 1, 1);
    expect((await resolve())?.sha256).toBe(sha256Text('rebuilt'));
  });

  test('tells what it has when it lacks a version', async () => {
    await put('v1.1.14');
    await put('v1.1.15');
    await mkdir(join(root, '..', 'releases', 'notes'));
    expect((await failure({ place: '1.1.16' })).message).toMatch(
      /^no release runc 1\.1\.16: there is no file .*; there are v1\.1\.14, v1\.1\.15$/,
    );
  });
});
