/** Debian's source packages, from a signed mirror that the test makes: found, fetched, verified, unpacked. */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AptRoot } from '../../scripts/artifact/apt-root.ts';
import {
  fileOfSource,
  findSource,
  unpackedSource,
  writeSource,
} from '../../scripts/artifact/source-packages.ts';
import { openCache, signal, temporaryDir } from '../artifact/support.ts';
import { LocalMirror, type LocalSource } from './local-mirror.ts';

const TOOLS = ['apt-get', 'dpkg-source', 'gpg', 'zstd'];
const missing = TOOLS.filter((tool) => {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
});
if (missing.length > 0) console.warn(`SKIPPED source-packages: this host has no ${missing.join(', ')}`);

const THING = (version: string): LocalSource => ({
  name: 'thing',
  version,
  files: { 'go.mod': 'module thing\n', 'cmd/main.go': `package main // ${version}\n` },
});

describe.skipIf(missing.length > 0)('source packages', { timeout: 60_000 }, () => {
  let mirror: LocalMirror;
  beforeAll(async () => {
    mirror = await LocalMirror.start();
    // 1.10 is newer than 1.9, and the index has no order.
    await mirror.publish('trixie', [], { sources: [THING('1.10'), THING('1.9')] });
  });
  afterAll(() => mirror?.[Symbol.asyncDispose]());
  beforeEach(() => {
    vi.stubEnv('REPRO_DEBIAN_MIRROR', mirror.uri);
    vi.stubEnv('REPRO_DEBIAN_KEYRING', mirror.keyring);
    mirror.recover();
  });

  const open = async () => {
    const { cache } = openCache(await temporaryDir());
    return { cache, root: new AptRoot('trixie', cache, 'deb-src') };
  };

  test('the newest version is found, and its tree unpacked', async () => {
    const { cache, root } = await open();
    const source = await findSource(root, 'thing', signal);
    expect(source?.version).toBe('1.10');
    if (source === undefined) return;
    const file = await unpackedSource(root, source, cache, signal);
    expect(await fileOfSource(file, 'go.mod', signal)).toBe('module thing\n');
    expect(await fileOfSource(file, 'go.sum', signal)).toBeUndefined();
    const to = await temporaryDir();
    await writeSource(file, to, signal);
    expect(await readFile(join(to, 'cmd/main.go'), 'utf8')).toBe('package main // 1.10\n');
    expect(await findSource(root, 'thin', signal)).toBeUndefined();
  });

  test('a file that is not what the index says is refused', async () => {
    const { cache, root } = await open();
    const source = await findSource(root, 'thing', signal);
    if (source === undefined) expect.unreachable('it is there');
    mirror.break(/thing_1\.10\.tar/, (body) => Buffer.from(body.map((byte) => byte ^ 1)));
    await expect(unpackedSource(root, source, cache, signal)).rejects.toMatchObject({ code: 'digest' });
  });

  test('an index that nobody vouches for is refused', async () => {
    vi.stubEnv('REPRO_DEBIAN_KEYRING', mirror.otherKeyring);
    const { root } = await open();
    await expect(findSource(root, 'thing', signal)).rejects.toMatchObject({
      code: 'signature',
      message: expect.stringContaining('the source index of trixie'),
    });
  });
});
