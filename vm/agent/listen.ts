/** Waits for whatever carries the agent's stream to connect to a unix socket of the host. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export interface Listener extends Disposable {
  /** The first connection, after which nobody listens any more. Never comes after disposal. */
  readonly socket: Promise<Socket>;
}

/** Listens at `path` until the first connection, or until it is disposed of. */
export async function listenOnce(path: string): Promise<Listener> {
  const server = createServer().listen(path);
  await once(server, 'listening');
  const socket = new Promise<Socket>((resolve) => {
    server.once('connection', (connection) => {
      server.close();
      resolve(connection);
    });
  });
  return { socket, [Symbol.dispose]: () => void server.close() };
}
