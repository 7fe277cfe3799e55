/** The proxy, and the relay that QEMU starts for it, with servers that are on this host's loopback alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { packageRoot } from '../../../scripts/lib/paths.ts';
import { type Resolve, startProxy } from '../../../vm/network/proxy.ts';
import { temporaryDir } from '../support.ts';

/** A server that tells what it was asked; counts what reached it. */
async function hostServer() {
  const seen: string[] = [];
  const server = createHttp((asked, answer) => {
    seen.push(`${asked.method} ${asked.url} ${asked.headers.host} ${asked.headers['proxy-authorization']}`);
    asked.pipe(answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { seen, port: (server.address() as AddressInfo).port };
}

async function proxy(allow: string[], resolve?: Resolve) {
  const path = join(await temporaryDir(), 'proxy');
  const running = await startProxy(path, { allow }, resolve);
  onTestFinished(() => running[Symbol.dispose]());
  return { path, running };
}

/** Everything that comes back for these bytes. */
async function ask(path: string, text: string): Promise<string> {
  const socket = connect(path);
  socket.write(text);
  let all = '';
  for await (const piece of socket) all += piece;
  return all;
}

const get = (url: string) => `GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
const tunnelled = (to: string) =>
  `CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\nGET /in HTTP/1.1\r\nHost: in\r\nConnection: close\r\n\r\n`;

describe('a guest without leave', () => {
  it.each([
    ...['127.0.0.1', 'localhost', '127.1', '2130706433', '0x7f000001', '0', '[::1]', '[::ffff:127.0.0.1]'],
  ])('does not reach the host as %s', async (host) => {
    const { seen, port } = await hostServer();
    const { path } = await proxy([]);
    expect(await ask(path, get(`http://${host}:${port}/`))).toMatch(/^HTTP\/1.1 (?:403|502) /);
    expect(await ask(path, `CONNECT ${host}:${port} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 (?:403|502) /,
    );
    expect(seen).toEqual([]);
  });

  it('does not reach what a public name leads to, and is told why', async () => {
    const { seen, port } = await hostServer();
    const { path } = await proxy([], async () => ['127.0.0.1', '169.254.169.254', '10.0.0.1']);
    const told = await ask(path, get(`http://metadata.example:${port}/`));
    expect(told).toContain('HTTP/1.1 403 ');
    expect(told).toContain('metadata.example (127.0.0.1, 169.254.169.254, 10.0.0.1) is not public');
    expect(seen).toEqual([]);
  });

  it('is not helped by a name that leads elsewhere the second time', async () => {
    const { seen, port } = await hostServer();
    let asked = 0;
    const { path } = await proxy(['10.9.9.9'], async () => (asked++ === 0 ? ['10.0.0.1'] : ['127.0.0.1']));
    expect(await ask(path, tunnelled(`rebound.example:${port}`))).toContain('403 Forbidden');
    expect(asked).toBe(1);
    expect(seen).toEqual([]);
  });

  it.each([
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET file:///etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'CONNECT nowhere HTTP/1.1\r\nHost: x\r\n\r\n',
    'nonsense\r\n\r\n',
  ])('gets nothing for %j', async (text) => {
    const { path } = await proxy([]);
    expect(await ask(path, text)).toMatch(/^HTTP\/1.1 (?:400|403|502) /);
  });
});

describe('a guest whose scenario names a host', () => {
  it('reaches it, by both ways, at the port that is named', async () => {
    const { seen, port } = await hostServer();
    const { path } = await proxy([`registry.lan:${port}`], async () => ['127.0.0.1']);
    const answer = await ask(
      path,
      `POST http://registry.lan:${port}/v2/?a=b HTTP/1.1\r\nHost: x\r\nProxy-Authorization: secret\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 [\s\S]*hello/);
    expect(await ask(path, tunnelled(`registry.lan:${port}`))).toMatch(
      /^HTTP\/1.1 200 Connection established\r\n\r\nHTTP\/1.1 200 /,
    );
    expect(seen).toEqual([`POST /v2/?a=b registry.lan:${port} undefined`, 'GET /in in undefined']);
    expect(await ask(path, get(`http://registry.lan:${port + 1}/`))).toContain(' 403 ');
  });

  it('gets no answer that cannot be passed on, and the host goes on', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 000 odd\r\nContent-Length: 0\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { path } = await proxy(['127.0.0.1']);
    expect(await ask(path, get(`http://127.0.0.1:${port}/`))).toMatch(/^HTTP\/1.1 502 /);
  });

  it.each([
    'CONNECT a.lan:PORT HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET http://a.lan:PORT/ HTTP/1.1\r\nHost: x\r\n\r\n',
  ])('that goes away before there is a connection leaves none: %j', async (text) => {
    const open = new Set<unknown>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket)).on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    let [asked, answer] = [() => {}, () => {}];
    const [isAsked, isAnswered] = [
      new Promise<void>((resolve) => {
        asked = resolve;
      }),
      new Promise<void>((resolve) => {
        answer = resolve;
      }),
    ];
    let looks = 0;
    const { path } = await proxy(['a.lan', 'b.lan'], async (host) => {
      if (host === 'b.lan') return ['127.0.0.1'];
      looks++;
      asked();
      await isAnswered;
      return ['127.0.0.1'];
    });
    const socket = connect(path);
    socket.write(text.replace('PORT', String(port)));
    await isAsked;
    socket.destroy();
    await once(socket, 'close');
    // The proxy has seen that by the time it has answered another.
    expect(await ask(path, get('http://b.lan:1/'))).toMatch(/^HTTP\/1.1 502 /);
    answer();
    // Connections that are made now come before this one.
    const last = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(last, 'connect');
    last.destroy();
    await vi.waitFor(() => expect(open.size).toBe(0));
    expect(looks).toBe(1);
  });

  it('loses its connections with the proxy', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { path, running } = await proxy(['127.0.0.1']);
    const socket = connect(path);
    socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, 'data');
    running[Symbol.dispose]();
    await once(socket, 'close');
  });
});

it('the relay joins a connection with the socket, until the proxy has said all', async () => {
  const { port } = await hostServer();
  const { path } = await proxy([`127.0.0.1:${port}`]);
  const relay = spawn('perl', ['-w', join(packageRoot(), 'vm/network/relay'), path]);
  const body = 'x'.repeat(300_000);
  const head = `POST http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}`;
  relay.stdin.write(`${head}\r\nConnection: close\r\n\r\n${body}`);
  let all = '';
  for await (const piece of relay.stdout) all += piece;
  expect(all).toMatch(/^HTTP\/1.1 200 /);
  // In chunks.
  expect(all.slice(all.indexOf('\r\n\r\n')).replaceAll(/[^x]/g, '')).toBe(body);
});
