/**
 * A guest's way out: an HTTP proxy on the host, which looks names up itself and connects to the addresses that it
 * judged, so that no answer of a name server can change between the two. Everything else is closed to the guest.
 */
import { lookup } from 'node:dns/promises';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../scripts/lib/errors.ts';
import { AccessList, type Destination, type NetworkAccess } from '../../scripts/lib/network.ts';

/** Addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Connections of one guest at a time. */
const MOST = 256;
/** Milliseconds without a byte until a connection to elsewhere is given up; of a tunnel, until there is one. */
const CONNECT_TIMEOUT = 30_000;
/** Headers that are about one connection and not about the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
];

class Refused extends Error {}

/** Serves at the unix socket `path` until it is disposed of. */
export async function startProxy(
  path: string,
  access: NetworkAccess,
  resolve: Resolve = lookUp,
): Promise<Disposable> {
  const list = new AccessList(access, ownAddresses());
  const tunnels = new Set<Duplex>();
  const choose = (host: string, port: number) => chooseAddress(list, resolve, host, port);
  const server = createServer((asked, answer) => void forward(asked, answer, choose));
  server.maxConnections = MOST;
  server.on('connect', (asked, guest: Duplex, first: Buffer) => {
    tunnels.add(guest);
    guest.once('close', () => tunnels.delete(guest));
    void tunnel(asked, guest, first, choose);
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(path, listening);
  });
  server.unref();
  return {
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
      for (const guest of tunnels) guest.destroy();
    },
  };
}

type Choose = (host: string, port: number) => Promise<Destination>;

/** The first address that may be reached. Throws Refused. */
async function chooseAddress(
  list: AccessList,
  resolve: Resolve,
  host: string,
  port: number,
): Promise<Destination> {
  const addresses = await resolve(host);
  const found = addresses.map((address) => ({ host, address, port })).find((to) => list.admits(to));
  if (found !== undefined) return found;
  const where = isIP(host) === 0 ? `${host} (${addresses.join(', ')})` : host;
  throw new Refused(`${where} is not public, and the scenario's machine.network.allow does not name it`);
}

/** `CONNECT host:port`: bytes both ways. */
async function tunnel(asked: IncomingMessage, guest: Duplex, first: Buffer, choose: Choose): Promise<void> {
  guest.on('error', () => guest.destroy());
  try {
    const { host, port } = authority(asked.url ?? '');
    const there = await open(await choose(host, port));
    there.on('error', () => guest.destroy());
    // It went away meanwhile, and won't say so again.
    if (guest.destroyed) {
      there.destroy();
      return;
    }
    there.once('close', () => guest.destroy());
    guest.once('close', () => there.destroy());
    guest.write('HTTP/1.1 200 Connection established\r\n\r\n');
    there.write(first);
    guest.pipe(there).pipe(guest);
  } catch (error) {
    const text = `repro: ${messageOf(error)}\n`;
    const status = error instanceof Refused ? '403 Forbidden' : '502 Bad Gateway';
    guest.end(`HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }
}

/** `GET http://host/…`: one message there and one back. */
async function forward(asked: IncomingMessage, answer: ServerResponse, choose: Choose): Promise<void> {
  const fail = (error: unknown) => {
    if (answer.headersSent) answer.destroy();
    else answer.writeHead(error instanceof Refused ? 403 : 502).end(`repro: ${messageOf(error)}\n`);
  };
  try {
    const url = new URL(asked.url ?? '');
    if (url.protocol !== 'http:') throw new Refused('only http:// and CONNECT can be asked for');
    const { address, port } = await choose(bare(url.hostname), Number(url.port || 80));
    if (answer.destroyed) return;
    const there = request({
      host: address,
      port,
      method: asked.method ?? 'GET',
      path: `${url.pathname}${url.search}`,
      headers: { ...endToEnd(asked.headers), host: url.host, connection: 'close' },
      agent: false,
      timeout: CONNECT_TIMEOUT,
    });
    there.once('error', fail);
    there.once('timeout', () => there.destroy(new Error('no answer in time')));
    there.once('response', (got) => {
      got.once('error', () => answer.destroy());
      try {
        answer.writeHead(got.statusCode ?? 502, endToEnd(got.headers));
      } catch (error) {
        // Not every status that can be read can be written: `HTTP/1.1 000`.
        there.destroy();
        fail(error);
        return;
      }
      got.pipe(answer);
    });
    answer.once('close', () => there.destroy());
    asked.pipe(there);
  } catch (error) {
    fail(error);
  }
}

/** Those that go on to the other side. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}

function authority(text: string): { readonly host: string; readonly port: number } {
  const [, host, digits] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined) throw new Refused('CONNECT takes a host and a port');
  return { host: bare(host), port: Number(digits) };
}

/** An IPv6 address without its brackets. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function open({ address, port }: Destination): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, timeout: CONNECT_TIMEOUT });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error('no connection in time')));
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

async function lookUp(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}
