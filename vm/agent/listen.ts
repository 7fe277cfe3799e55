/** Waits for whatever carries the agent's stream to connect to a unix socket of the host. */
import { createServer, type Socket } from 'node:net';
import { abortError } from '../../scripts/lib/exec.ts';

/**
 * Listens at `path`. The promise is of the first connection, after which nobody listens any more; it is rejected
 * with the abort's reason when `signal` is aborted before.
 */
export async function listenOnce(path: string, signal: AbortSignal): Promise<{ socket: Promise<Socket> }> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  const socket = new Promise<Socket>((resolve, reject) => {
    const abort = () => {
      server.close();
      reject(abortError(signal));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    server.once('connection', (connection) => {
      signal.removeEventListener('abort', abort);
      server.close();
      resolve(connection);
    });
  });
  // It may be given up before anyone waits for it.
  socket.catch(() => undefined);
  return { socket };
}
