import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { download, sizeOf } from '../../scripts/artifact/download.ts';
import { ArtifactError, InterruptedError } from '../../scripts/lib/errors.ts';
import { sha256Text } from '../../scripts/lib/hash.ts';
import { ReleaseServer } from './release-server.ts';
import { signal, temporaryDir, tree } from './support.ts';

/** So large that some of it arrives before a connection breaks off. */
const TEXT = 'the program '.repeat(200_000);
const PATH = '/v1.1.15/runc.amd64';
/** Long enough for a loopback, short enough to wait for. */
const STALL = 300;

let server: ReleaseServer;
let dir: string;
let notices: string[];

beforeEach(async () => {
  server = await ReleaseServer.start({ [PATH]: TEXT });
  dir = await temporaryDir();
  notices = [];
  return () => vi.unstubAllEnvs();
});

interface Asked {
  readonly url?: string;
  readonly sha256?: string;
  readonly signal?: AbortSignal;
  readonly stall?: number;
}

const get = ({ url = server.uri + PATH, sha256 = sha256Text(TEXT), stall = STALL, ...rest }: Asked = {}) =>
  download({ url, to: join(dir, 'file'), sha256 }, rest.signal ?? signal, {
    stall,
    pause: 1,
    notice: (line: string) => notices.push(line),
  });
const failure = (asked?: Asked): Promise<ArtifactError> =>
  get(asked).then(
    () => expect.unreachable('it should have failed'),
    (error) => error,
  );
const expectWhole = async () => {
  expect(await readFile(join(dir, 'file'), 'utf8')).toBe(TEXT);
  expect(await tree(dir)).toEqual(['file']);
};
/** The first byte of each range that was asked for. */
const starts = () => server.requests.map((line) => Number(/bytes=(\d+)-/.exec(line)?.[1] ?? 0));

test('a file is there, whole, with nothing beside it', async () => {
  await get();
  await expectWhole();
  expect(server.requests).toEqual([`GET ${PATH}`]);
});

describe('redirects', () => {
  test('are followed, to other servers too', async () => {
    const other = await ReleaseServer.start({ '/object': TEXT });
    server.break(/runc/, { to: '/moved' });
    server.break(/moved/, { to: `${other.uri}/object` });
    await get();
    await expectWhole();
  });

  test('a download goes on from where it broke off behind a redirect', async () => {
    const other = await ReleaseServer.start({ '/object': TEXT });
    server.break(/runc/, { to: `${other.uri}/object` });
    other.break(/object/, 'cut', 1);
    await get();
    await expectWhole();
    expect(other.requests[1]).toMatch(/^GET \/object bytes=[1-9]/);
  });

  test('that never end are an error', async () => {
    server.break(/./, { to: '/round' });
    expect(await failure()).toMatchObject({ code: 'download' });
    expect(await tree(dir)).toEqual([]);
  });
});

describe('what a server refuses', () => {
  test('a file that is not there is asked for once', async () => {
    const error = await failure({ url: `${server.uri}/v9.9.9/runc.amd64` });
    expect(error).toBeInstanceOf(ArtifactError);
    expect(error).toMatchObject({ code: 'not-found' });
    expect(error.message).toContain(`${server.uri}/v9.9.9/runc.amd64 (HTTP status 404)`);
    expect(server.requests).toHaveLength(1);
  });

  test('a file that may not be had is asked for once', async () => {
    server.break(/./, { status: 403 });
    expect(await failure()).toMatchObject({ code: 'download', message: expect.stringContaining('403') });
    expect(server.requests).toHaveLength(1);
  });

  test('a server that is in trouble is asked again', async () => {
    server.break(/./, { status: 503 }, 2);
    await get();
    await expectWhole();
    expect(notices).toEqual([expect.stringContaining('503'), expect.stringContaining('503')]);
  });

  test('and again, but not for ever', async () => {
    server.break(/./, { status: 503 });
    expect(await failure()).toMatchObject({
      code: 'download',
      message: expect.stringMatching(/HTTP status 503; 4 attempts$/),
    });
    expect(server.requests).toHaveLength(4);
  });

  test('nobody answers at that port', async () => {
    const url = server.uri + PATH;
    await server.stop();
    expect((await failure({ url })).message).toMatch(/cannot download .*ECONNREFUSED/);
  });
});

describe('a connection', () => {
  test('that breaks off is taken up where it was', async () => {
    server.break(/./, 'cut', 2);
    await get();
    await expectWhole();
    const [first, second = 0, third = 0] = starts();
    expect(first).toBe(0);
    expect(second).toBeGreaterThan(0);
    expect(third).toBeGreaterThan(second);
    expect(notices[0]).toMatch(/^runc\.amd64: the connection broke off after .*B; trying again$/);
  });

  test('that stalls is given up and taken up', async () => {
    server.break(/./, 'stall', 1);
    await get();
    await expectWhole();
    expect(notices[0]).toContain('nothing more came for 0.3 s');
    expect(starts()[1]).toBeGreaterThan(0);
  });

  test('that never answers is given up', async () => {
    server.break(/./, 'hang', 1);
    await get();
    await expectWhole();
    expect(notices[0]).toContain('no answer for 0.3 s');
  });

  test('that is slow is no fault', async () => {
    server.break(/./, { trickle: STALL / 5 });
    await get();
    await expectWhole();
  });

  test('that keeps breaking off leaves what arrived to the next download', async () => {
    server.break(/./, 'cut');
    expect(await failure()).toMatchObject({ code: 'download', hint: expect.stringContaining('is kept') });
    expect(await tree(dir)).toEqual(['file.part']);
    const { length } = await readFile(join(dir, 'file.part'));
    server.recover();
    server.requests.length = 0;
    await get();
    await expectWhole();
    expect(server.requests).toEqual([`GET ${PATH} bytes=${length}-`]);
  });

  test('of a server that knows no ranges brings all of it again', async () => {
    server.break(/./, 'whole');
    server.break(/./, 'cut', 1);
    await get();
    await expectWhole();
    expect(starts()[1]).toBeGreaterThan(0);
  });
});

describe('the digest', () => {
  test('of a damaged file does not fit, and nothing of it stays', async () => {
    server.break(/./, 'damage');
    const error = await failure();
    expect(error).toMatchObject({ code: 'digest' });
    expect(error.message).toContain(sha256Text(TEXT));
    expect(await tree(dir)).toEqual([]);
  });

  test('of a file that is too short on the server does not fit', async () => {
    server.files.set(PATH, Buffer.from(TEXT.slice(0, 100)));
    expect(await failure()).toMatchObject({ code: 'digest' });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['shorter', 'of another file'],
    ['as long', 'y'.repeat(TEXT.length)],
    ['longer', 'z'.repeat(TEXT.length + 1)],
  ])('tells that what lay there was of another file, %s', async (_, left) => {
    await writeFile(join(dir, 'file.part'), left);
    await get();
    await expectWhole();
  });
});

describe('a proxy that the environment names', () => {
  test('is used, also where a download goes on', async () => {
    const proxy = await startProxy();
    vi.stubEnv('http_proxy', proxy.uri);
    vi.stubEnv('no_proxy', '');
    server.break(/./, 'cut', 1);
    await get();
    await expectWhole();
    expect(proxy.asked).toEqual([new URL(server.uri).host, new URL(server.uri).host]);
  });

  test('is not used for what no_proxy names', async () => {
    const proxy = await startProxy();
    vi.stubEnv('http_proxy', proxy.uri);
    vi.stubEnv('no_proxy', '127.0.0.1');
    await get();
    expect(proxy.asked).toEqual([]);
  });
});

/** One that makes tunnels, as undici wants them; it tells to where. */
async function startProxy(): Promise<{ readonly uri: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, client: Socket) => {
    const to = new URL(`http://${request.url}`);
    asked.push(to.host);
    const upstream = connect(Number(to.port), to.hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const end of [client, upstream])
      end.on('error', () => [client, upstream].map((one) => one.destroy()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { uri: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
}

test('an interrupt ends it at once and keeps what arrived', async () => {
  const controller = new AbortController();
  server.break(/./, 'stall');
  const ended = get({ signal: controller.signal, stall: 600_000 }).catch((error) => error);
  const arrived = () => readFile(join(dir, 'file.part')).catch(() => '');
  await expect.poll(async () => (await arrived()).length).toBeGreaterThan(0);
  controller.abort();
  expect(await ended).toBeInstanceOf(InterruptedError);
  expect(await tree(dir)).toEqual(['file.part']);
});

describe('a folder', () => {
  test('is as good as a server', async () => {
    const path = join(await temporaryDir(), 'runc.amd64');
    await writeFile(path, TEXT);
    await get({ url: pathToFileURL(path).href });
    await expectWhole();
    expect(await sizeOf(pathToFileURL(path).href, signal)).toBe(TEXT.length);
    expect(await readFile(path, 'utf8')).toBe(TEXT);
  });

  test('may lack the file, or have another', async () => {
    const path = join(await temporaryDir(), 'runc.amd64');
    const url = pathToFileURL(path).href;
    expect(await failure({ url })).toMatchObject({ code: 'not-found', message: `there is no file ${path}` });
    await writeFile(path, 'another');
    expect(await failure({ url })).toMatchObject({ code: 'digest' });
  });
});

test('the size is known beforehand where the server tells', async () => {
  expect(await sizeOf(server.uri + PATH, signal)).toBe(TEXT.length);
  server.break(/./, { status: 405 });
  expect(await sizeOf(server.uri + PATH, signal)).toBeUndefined();
});
