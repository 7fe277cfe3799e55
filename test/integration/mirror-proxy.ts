/** The real mirror behind a loopback port, for what goes wrong on the way. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { debianMirror } from '../../scripts/artifact/mirror.ts';

/** `truncate`: the first half only. `damage`: as long, with other bytes. `hang`: no answer, ever. */
export type Fault = 'truncate' | 'damage' | 'hang';

export class MirrorProxy implements AsyncDisposable {
  readonly #server: Server;
  #fault: { readonly path: RegExp; readonly kind: Fault; readonly hit: () => void } | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<MirrorProxy> {
    const upstream = await debianMirror(new AbortController().signal);
    const server = createServer();
    const proxy = new MirrorProxy(server);
    server.on('request', async (request, response) => {
      const path = request.url ?? '';
      const fault = proxy.#fault?.path.test(decodeURIComponent(path)) ? proxy.#fault : undefined;
      fault?.hit();
      if (fault?.kind === 'hang') return;
      const answer = await fetch(upstream + path.replace(/^\/debian/, '')).catch(() => undefined);
      if (answer === undefined || !answer.ok) {
        response.writeHead(answer?.status ?? 502).end();
        return;
      }
      const body = Buffer.from(await answer.arrayBuffer());
      if (fault?.kind === 'damage') body.fill(0, 0, 1000);
      response.writeHead(200).end(fault?.kind === 'truncate' ? body.subarray(0, body.length / 2) : body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get uri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/debian`;
  }

  /** From now on, for matching paths; resolves when the first of them is asked for. */
  fault(path: RegExp, kind: Fault): Promise<void> {
    return new Promise((hit) => {
      this.#fault = { path, kind, hit };
    });
  }

  recover(): void {
    this.#fault = undefined;
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
