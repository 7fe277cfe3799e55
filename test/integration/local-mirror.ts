/** A Debian mirror made by a test: one suite, packages of our own, a signing key of our own, on a loopback port. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../scripts/lib/exec.ts';

export interface LocalPackage {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  /** Path in the package -> text. */
  readonly files: Readonly<Record<string, string>>;
}

/** A source package of its maintainer's own (3.0 native). */
export interface LocalSource {
  readonly name: string;
  readonly version: string;
  /** Path in the tree -> text. */
  readonly files: Readonly<Record<string, string>>;
}

export interface Key {
  readonly home: string;
  readonly keyring: string;
}

/** Bytes to answer with instead of the file's, or a status. */
type Fault = (body: Buffer) => Buffer | number;

export class LocalMirror implements AsyncDisposable {
  readonly #dir: string;
  readonly #server: Server;
  readonly #key: Key;
  readonly #otherKey: Key;
  readonly #faults: { readonly path: RegExp; readonly fault: Fault }[] = [];
  /** Paths that were asked for. */
  readonly requests: string[] = [];

  constructor(dir: string, server: Server, key: Key, otherKey: Key) {
    this.#dir = dir;
    this.#server = server;
    this.#key = key;
    this.#otherKey = otherKey;
  }

  static async start(): Promise<LocalMirror> {
    const dir = await mkdtemp(join(tmpdir(), 'repro-test-mirror-'));
    const keys = [await makeKey(join(dir, 'key')), await makeKey(join(dir, 'other-key'))] as const;
    const server = createServer();
    const mirror = new LocalMirror(dir, server, ...keys);
    server.on('request', async (request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      mirror.requests.push(path);
      const body = await readFile(join(dir, 'www', path)).catch(() => undefined);
      const fault = mirror.#faults.find((one) => one.path.test(path))?.fault;
      const answer = body === undefined ? 404 : (fault?.(body) ?? body);
      response.writeHead(typeof answer === 'number' ? answer : 200);
      response.end(typeof answer === 'number' ? undefined : answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return mirror;
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/debian`;
  }

  /** The public part of the key that suites are signed with. */
  get keyring(): string {
    return this.#key.keyring;
  }

  /** A keyring that nothing here is signed with. */
  get otherKeyring(): string {
    return this.#otherKey.keyring;
  }

  /** Takes one version of every package out of a suite's pool, as when the archive moves on. */
  async forget(suite: string, version: string): Promise<void> {
    const pool = join(this.#dir, 'www/debian/pool', suite);
    for (const name of await readdir(pool)) {
      if (name.includes(`_${version}_`)) await rm(join(pool, name));
    }
  }

  /** Answers requests for matching paths otherwise; `recover` ends it. */
  break(path: RegExp, fault: Fault): void {
    this.#faults.push({ path, fault });
  }

  recover(): void {
    this.#faults.length = 0;
  }

  /** Stops listening, for good. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Publishes a suite with exactly these packages, signed unless told otherwise. */
  async publish(
    suite: string,
    packages: readonly LocalPackage[],
    options: {
      readonly signedBy?: 'key' | 'other-key' | 'nobody';
      readonly validUntil?: Date;
      readonly sources?: readonly LocalSource[];
    } = {},
  ): Promise<void> {
    const www = join(this.#dir, 'www/debian');
    const dist = join(www, 'dists', suite);
    const index = (await Promise.all(packages.map((one) => this.#addPackage(www, suite, one)))).join('\n');
    const { sources = [] } = options;
    const files: Readonly<Record<string, string>> = {
      'main/source/Sources': (await Promise.all(sources.map((one) => this.#addSource(www, suite, one)))).join(
        '\n',
      ),
      'main/binary-amd64/Packages': index,
      'main/binary-all/Packages': '',
    };
    const sums: string[] = [];
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(dist, name)), { recursive: true });
      await writeFile(join(dist, name), text);
      sums.push(` ${sha256(text)} ${Buffer.byteLength(text)} ${name}`);
    }
    const release = [
      ...['Origin: Debian', 'Label: Debian', `Suite: ${suite}`, `Codename: ${suite}`],
      `Date: ${new Date().toUTCString()}`,
      ...(options.validUntil === undefined ? [] : [`Valid-Until: ${options.validUntil.toUTCString()}`]),
      ...['Architectures: all amd64', 'Components: main', 'SHA256:', ...sums, ''],
    ].join('\n');
    await writeFile(join(dist, 'Release'), release);
    await rm(join(dist, 'InRelease'), { force: true });
    const { signedBy = 'key' } = options;
    if (signedBy === 'nobody') return;
    const key = signedBy === 'key' ? this.#key : this.#otherKey;
    await gpg(key.home, '--clearsign', '--output', join(dist, 'InRelease'), join(dist, 'Release'));
  }

  /** Packs a source package into the suite's own pool; returns its paragraph of the index. */
  async #addSource(www: string, suite: string, { name, version, files }: LocalSource): Promise<string> {
    const work = await mkdtemp(join(this.#dir, 'source-'));
    const maintainer = 'Test <test@example.org>';
    const tree: Readonly<Record<string, string>> = {
      ...files,
      'debian/control': `Source: ${name}\nMaintainer: ${maintainer}\n\nPackage: ${name}\nArchitecture: any\n`,
      'debian/changelog': `${name} (${version}) test; urgency=low\n\n  * Made.\n\n -- ${maintainer}  Thu, 01 Jan 2026 00:00:00 +0000\n`,
      'debian/source/format': '3.0 (native)\n',
    };
    for (const [path, text] of Object.entries(tree)) {
      await mkdir(dirname(join(work, 'tree', path)), { recursive: true });
      await writeFile(join(work, 'tree', path), text);
    }
    await run(['dpkg-source', '--build', 'tree'], { cwd: work });
    const directory = `pool/${suite}/source`;
    await mkdir(join(www, directory), { recursive: true });
    const lines: string[] = [];
    for (const file of (await readdir(work)).filter((one) => one !== 'tree')) {
      const body = await readFile(join(work, file));
      await writeFile(join(www, directory, file), body);
      lines.push(` ${sha256(body)} ${body.length} ${file}`);
    }
    return [
      ...[`Package: ${name}`, `Binary: ${name}`, `Version: ${version}`, 'Format: 3.0 (native)'],
      ...[`Maintainer: ${maintainer}`, 'Architecture: any', `Directory: ${directory}`],
      ...['Checksums-Sha256:', ...lines, ''],
    ].join('\n');
  }

  /** Builds a package into the suite's own pool (built again, it has other bytes); returns its paragraph of the index. */
  async #addPackage(
    www: string,
    suite: string,
    { name, version, depends, files }: LocalPackage,
  ): Promise<string> {
    const root = await mkdtemp(join(this.#dir, 'package-'));
    await chmod(root, 0o755);
    const control = [
      ...[
        `Package: ${name}`,
        `Version: ${version}`,
        'Architecture: amd64',
        'Maintainer: Test <test@example.org>',
      ],
      ...(depends === undefined ? [] : [`Depends: ${depends}`]),
      ...['Description: made by a test', ''],
    ].join('\n');
    for (const [path, text] of Object.entries({ ...files, 'DEBIAN/control': control })) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    const filename = `pool/${suite}/${name}_${version.replace(/^\d+:/, '')}_amd64.deb`;
    const deb = join(www, filename);
    await mkdir(dirname(deb), { recursive: true });
    await run(['dpkg-deb', '--root-owner-group', '-b', root, deb]);
    const about = [
      `Filename: ${filename}`,
      `Size: ${(await stat(deb)).size}`,
      `SHA256: ${sha256(await readFile(deb))}`,
    ];
    return `${control}${about.join('\n')}\n`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.stop();
    for (const { home } of [this.#key, this.#otherKey]) {
      await run(['gpgconf', '--homedir', home, '--kill', 'all'], { okCodes: [0, 1, 2] }).catch(
        () => undefined,
      );
    }
    await rm(this.#dir, { recursive: true, force: true });
  }
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

export async function makeKey(home: string): Promise<Key> {
  await mkdir(home, { mode: 0o700 });
  await gpg(
    home,
    '--passphrase',
    '',
    '--quick-generate-key',
    'Test <test@example.org>',
    'rsa2048',
    'sign',
    'never',
  );
  const keyring = `${home}.gpg`;
  await gpg(home, '--output', keyring, '--export');
  return { home, keyring };
}

export function gpg(home: string, ...args: string[]): Promise<unknown> {
  return run([
    'gpg',
    '--homedir',
    home,
    '--batch',
    '--yes',
    '--quiet',
    '--pinentry-mode',
    'loopback',
    ...args,
  ]);
}
