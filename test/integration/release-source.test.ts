/** Layers of upstream's release files, their signatures, and a run with one; the release page is a local server. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { DebSource } from '../../scripts/artifact/deb.ts';
import { ReleaseSource } from '../../scripts/artifact/release.ts';
import type { Layer } from '../../scripts/artifact/types.ts';
import { ArtifactError } from '../../scripts/lib/errors.ts';
import { run } from '../../scripts/lib/exec.ts';
import { sha256Text } from '../../scripts/lib/hash.ts';
import { cacheDir } from '../../scripts/lib/paths.ts';
import type { Report } from '../../scripts/model/report.ts';
import { ReleaseServer } from '../artifact/release-server.ts';
import { openCache, signal, temporaryDir } from '../artifact/support.ts';
import { Cli } from '../cli.ts';
import { cannotRun } from './can-run.ts';
import { gpg, type Key, makeKey } from './local-mirror.ts';

const skip = await cannotRun();
const cli = new Cli();
const SCRIPT = '#!/bin/sh\necho released\n';
const sha256 = (content: Buffer) => sha256Text(content as unknown as string);

let root: string;

beforeEach(async () => {
  root = join(await temporaryDir(), 'cache');
  return () => vi.unstubAllEnvs();
});

/** A page with runc 1.1.15, or what stands in for it. */
async function serveRunc(content: Buffer | string = SCRIPT): Promise<ReleaseServer> {
  const file = Buffer.from(content);
  const page = await ReleaseServer.start({
    '/v1.1.15/runc.amd64': file,
    '/v1.1.15/runc.sha256sum': `${sha256(file)}  runc.amd64\n`,
  });
  vi.stubEnv('REPRO_RELEASES_RUNC', page.uri);
  return page;
}

/** A tar of scripts, as a page has it, with its checksum. */
async function serveTar(variable: string, path: string, sum: string, names: readonly string[]) {
  const dir = await temporaryDir();
  for (const name of names) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), SCRIPT);
    await chmod(join(dir, name), 0o755);
  }
  const packed = await temporaryDir();
  const top = path.includes('cni') ? ['.'] : [...new Set(names.map((name) => name.split('/')[0] ?? ''))];
  await run(['tar', '-czf', join(packed, 'tar'), '-C', dir, ...top]);
  const file = await readFile(join(packed, 'tar'));
  const page = await ReleaseServer.start({ [path]: file, [path + sum]: sha256(file) });
  vi.stubEnv(variable, page.uri);
}

/** Every call is like another process on the same cache. */
async function layer(component = 'runc', version = '1.1.15'): Promise<Layer> {
  const source = new ReleaseSource(openCache(root).cache, { pause: 1 });
  const found = await source.resolve({ component, place: version }, signal);
  if (found === undefined) throw new Error('nothing was resolved');
  return source.materialise(found, signal);
}
const failure = (): Promise<ArtifactError> =>
  layer().then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );

/** Files of a layer, `-rwxr-xr-x usr/sbin/runc`. */
function list({ file }: Layer): string[] {
  const listed = execFileSync('unsquashfs', ['-lls', '-d', '', file], { encoding: 'utf8' });
  return listed
    .split('\n')
    .filter((line) => /^[-l]/.test(line))
    .map((line) => line.replace(/^(\S+) .*? \/?(usr\/.*)$/, '$1 $2'))
    .sort();
}

describe.skipIf(skip)('the layer of a release', () => {
  test('has the programs where the packages have them', async () => {
    await serveRunc();
    expect(list(await layer())).toEqual([
      '-rwxr-xr-x usr/sbin/runc',
      'lrwxrwxrwx usr/bin/runc -> ../sbin/runc',
    ]);
    const bins = ['bin/containerd', 'bin/containerd-shim-runc-v2', 'bin/ctr'];
    const tarball = '/v1.7.30/containerd-1.7.30-linux-amd64.tar.gz';
    await serveTar('REPRO_RELEASES_CONTAINERD', tarball, '.sha256sum', bins);
    expect(list(await layer('containerd', '1.7.30'))).toEqual(bins.map((bin) => `-rwxr-xr-x usr/${bin}`));
    await serveTar(
      ...(['REPRO_RELEASES_CRICTL', '/v1.30.0/crictl-v1.30.0-linux-amd64.tar.gz', '.sha256'] as const),
      ['crictl'],
    );
    expect(list(await layer('crictl', '1.30.0'))).toEqual(['-rwxr-xr-x usr/bin/crictl']);
    await serveTar(
      ...(['REPRO_RELEASES_E2E_NODE', '/v1.30.0/kubernetes-test-linux-amd64.tar.gz', '.sha256'] as const),
      ['kubernetes/test/bin/e2e_node.test', 'kubernetes/test/bin/ginkgo'],
    );
    expect(list(await layer('e2eNode', '1.30.0'))).toEqual(['-rwxr-xr-x usr/bin/e2e_node.test']);
    await serveTar(
      ...(['REPRO_RELEASES_CNI_PLUGINS', '/v1.5.1/cni-plugins-linux-amd64-v1.5.1.tgz', '.sha256'] as const),
      ['bridge', 'loopback'],
    );
    expect(list(await layer('cniPlugins', '1.5.1'))).toEqual([
      '-rwxr-xr-x usr/lib/cni/bridge',
      '-rwxr-xr-x usr/lib/cni/loopback',
    ]);
  });

  test('is made of what one run began and the next one ended', async () => {
    const page = await serveRunc(`${SCRIPT}${'# long\n'.repeat(300_000)}`);
    page.break(/amd64$/, 'cut');
    expect(await failure()).toMatchObject({ code: 'download' });
    page.recover();
    page.requests.length = 0;
    expect(list(await layer())).toContain('-rwxr-xr-x usr/sbin/runc');
    expect(page.requests).toEqual([expect.stringMatching(/^GET \/v1\.1\.15\/runc\.amd64 bytes=[1-9]\d*-$/)]);
  });

  test('is not made of a damaged file, and the checksum is asked for again', async () => {
    const page = await serveRunc();
    page.break(/amd64$/, 'damage');
    expect(await failure()).toMatchObject({ code: 'digest' });
    page.recover();
    page.requests.length = 0;
    await layer();
    expect(page.requests).toContain('GET /v1.1.15/runc.sha256sum');
  });
});

describe.skipIf(skip)('a signature', () => {
  const sign = async (page: ReleaseServer, key: Key) => {
    const file = join(dirname(key.keyring), 'runc.amd64');
    await writeFile(file, page.files.get('/v1.1.15/runc.amd64') ?? '');
    await gpg(key.home, '--armor', '--output', `${file}.asc`, '--detach-sign', file);
    page.files.set('/v1.1.15/runc.amd64.asc', await readFile(`${file}.asc`));
  };
  const newKey = async (): Promise<Key> => {
    const key = await makeKey(join(await temporaryDir(), 'key'));
    onTestFinished(async () => {
      await run(['gpgconf', '--homedir', key.home, '--kill', 'all']);
    });
    return key;
  };

  test('by a key of the keyring lets a file pass, whether the keyring is in ASCII armor or not', async () => {
    const page = await serveRunc();
    const key = await newKey();
    await sign(page, key);
    vi.stubEnv('REPRO_RELEASES_KEYRING', key.keyring);
    await layer();
    const armored = `${key.keyring}.asc`;
    await gpg(key.home, '--armor', '--output', armored, '--export');
    vi.stubEnv('REPRO_RELEASES_KEYRING', armored);
    await layer();
  });

  test('by another key does not, also when the file was taken without keys before', async () => {
    const page = await serveRunc();
    await layer();
    await sign(page, await newKey());
    vi.stubEnv('REPRO_RELEASES_KEYRING', (await newKey()).keyring);
    const error = await failure();
    expect(error).toBeInstanceOf(ArtifactError);
    expect(error.code).toBe('signature');
    expect(error.message).toMatch(
      /runc\.amd64 is refused: it is not signed by a key of .* \(.*No public key/,
    );
  });

  test('of other bytes does not, nor one that is not there', async () => {
    const page = await serveRunc();
    const key = await newKey();
    vi.stubEnv('REPRO_RELEASES_KEYRING', key.keyring);
    expect((await failure()).message).toContain('runc.amd64.asc (HTTP status 404)');
    page.files.set('/v1.1.15/runc.amd64', Buffer.from('other bytes'));
    await sign(page, key);
    page.files.set('/v1.1.15/runc.amd64', Buffer.from(SCRIPT));
    expect((await failure()).message).toContain('BAD signature');
    await sign(page, key);
    await layer();
  });
});

describe.skipIf(skip)('repro run', () => {
  test('takes runc from a release, and skips the release that is not there', async () => {
    const deb = new DebSource(openCache(cacheDir()).cache);
    const packaged = await deb.resolve({ component: 'runc', place: 'trixie' }, signal);
    if (packaged === undefined) throw new Error('trixie has no runc');
    const unpacked = await temporaryDir();
    await deb.unpack(packaged, unpacked, signal);
    const runc = await readFile(join(unpacked, 'usr/sbin/runc'));
    const page = await serveRunc(runc);
    const scenario = `
title: A release
axes: { runc: ["release:1.1.15", "release:1.1.99"], memoryLimit: [100Mi] }
suite: { id: oci, cases: [start] }
symptom: { case: fails }
samples: 1
`;
    await writeFile(cli.at('release.yaml'), scenario);
    const args = ['run', './release.yaml', '--json', '--out', 'run'];
    const { stdout, stderr } = await cli.run(args, { env: { REPRO_RELEASES_RUNC: page.uri } });
    const { cells }: Report = JSON.parse(stdout);
    const [released, missing] = cells;
    expect(released?.verdict, JSON.stringify(released?.verdict) + stderr).toMatchObject({
      kind: 'good',
      total: 1,
    });
    expect(released?.artifacts.runc).toEqual({
      version: '1.1.15',
      packageVersion: 'v1.1.15',
      source: 'release:1.1.15',
      sha256: sha256(runc),
      download: { url: `${page.uri}/v1.1.15/runc.amd64`, verified: 'checksum only' },
    });
    expect(released?.guest.runc).toMatchObject({ path: '/usr/sbin/runc', sha256: sha256(runc) });
    expect(missing?.verdict).toMatchObject({
      kind: 'skip',
      reason: expect.stringContaining('no release runc 1.1.99'),
    });
    expect(await readFile(cli.at('run/report.html'), 'utf8')).toContain(', checksum only');
  });
});
