/** Unix sockets of a machine as unix sockets of this host, by its agent. */
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import type { AgentLink } from './link.ts';

export class Forwards implements Disposable {
  readonly #link: AgentLink;
  readonly #dir: string;
  readonly #servers: Server[] = [];

  /** `dir`: for the sockets; its path is short. */
  constructor(link: AgentLink, dir: string) {
    this.#link = link;
    this.#dir = dir;
  }

  /** As `Machine.forward`. */
  async add(guestSocket: string): Promise<string> {
    const path = join(this.#dir, `fwd${this.#servers.length}`);
    const server = createServer((socket) => {
      const guest = this.#link.connect(guestSocket);
      pipeline(socket, guest, () => undefined);
      pipeline(guest, socket, () => socket.destroy());
    });
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    server.unref();
    return path;
  }

  [Symbol.dispose](): void {
    for (const server of this.#servers) server.close();
  }
}
