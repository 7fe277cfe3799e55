/** A release page on a loopback port, and all that can go wrong with one. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished, vi } from 'vitest';

/**
 * `status`: that answer. `to`: a redirect. `hang`: no answer at all. `stall`: half of what was asked for, then
 * nothing. `cut`: half of it, then the connection is gone. `damage`: as long, with other bytes. `whole`: all of
 * it, whatever range was asked for. `trickle`: in eight pieces, with a pause of so many milliseconds between them.
 */
export type Fault =
  | { readonly status: number }
  | { readonly to: string }
  | { readonly trickle: number }
  | 'hang'
  | 'stall'
  | 'cut'
  | 'damage'
  | 'whole';

interface Broken {
  readonly path: RegExp;
  readonly fault: Fault;
  times: number;
}

export class ReleaseServer {
  readonly #server: Server;
  readonly #broken: Broken[] = [];
  /** Path -> what is there. */
  readonly files = new Map<string, Buffer>();
  /** What was asked for: `GET /v1.1.15/runc.amd64`, with ` bytes=10-` where only a part was. */
  readonly requests: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Ends with the test. */
  static async start(files: Readonly<Record<string, string | Buffer>> = {}): Promise<ReleaseServer> {
    const server = createServer();
    const page = new ReleaseServer(server);
    for (const [path, content] of Object.entries(files)) page.files.set(path, Buffer.from(content));
    server.on('request', (request, response) => page.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => page.stop());
    // Whatever proxy the host has, it doesn't know this server.
    vi.stubEnv('no_proxy', '127.0.0.1');
    return page;
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next `times` requests for such paths go wrong. The last fault named comes first. */
  break(path: RegExp, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.#broken.unshift({ path, fault, times });
  }

  recover(): void {
    this.#broken.length = 0;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #fault(path: string): Fault | undefined {
    const broken = this.#broken.find((one) => one.times > 0 && one.path.test(path));
    if (broken === undefined) return undefined;
    broken.times -= 1;
    return broken.fault;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const { range } = request.headers;
    this.requests.push([request.method, path, range].filter((part) => part !== undefined).join(' '));
    const fault = this.#fault(path);
    if (fault === 'hang') return;
    if (typeof fault === 'object' && 'status' in fault)
      return void response.writeHead(fault.status).end('no');
    if (typeof fault === 'object' && 'to' in fault)
      return void response.writeHead(302, { location: fault.to }).end();
    const body = this.files.get(path);
    if (body === undefined) return void response.writeHead(404).end('Not Found');
    const start = fault === 'whole' ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (start >= body.length && start > 0)
      return void response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end();
    const rest = Buffer.from(body.subarray(start));
    if (fault === 'damage') rest.fill('x');
    const about = start === 0 ? {} : { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` };
    response.writeHead(start === 0 ? 200 : 206, { 'content-length': rest.length, ...about });
    if (request.method === 'HEAD') return void response.end();
    const half = rest.subarray(0, Math.ceil(rest.length / 2));
    if (fault === 'stall') return void response.write(half);
    if (fault === 'cut') return void response.write(half, () => response.destroy());
    if (typeof fault === 'object') await trickle(rest, fault.trickle, response);
    response.end(typeof fault === 'object' ? undefined : rest);
  }
}

async function trickle(body: Buffer, pause: number, response: ServerResponse): Promise<void> {
  const size = Math.ceil(body.length / 8);
  for (let at = 0; at < body.length; at += size) {
    response.write(body.subarray(at, at + size));
    await sleep(pause);
  }
}
