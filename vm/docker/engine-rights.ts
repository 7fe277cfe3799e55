/** What the engine itself may do: it can give a container no more. */
import { readdir, readFile } from 'node:fs/promises';
import { DEFAULT_SOCKET } from './address.ts';
import { rightsOf } from './rights.ts';

/** Of `dockerd` and of `podman system service`. */
const ENGINE = /^(?:\S*\/)?(?:dockerd|podman)$/;

/**
 * Capabilities that an engine can give: those of its process, where this host shows it. Where it doesn't, as to who is in
 * a container with the engine's socket, all: then the engine says what it can't.
 */
export async function engineRights(socket: string, proc = '/proc'): Promise<string[]> {
  const all = rightsOf('');
  const names = await readdir(proc).catch(() => []);
  let rights = all;
  for (const pid of names.filter((name) => /^\d+$/.test(name))) {
    const argv = (await readFile(`${proc}/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (!ENGINE.test(argv[0] ?? '') || !listensAt(argv, socket)) continue;
    const own = rightsOf(await readFile(`${proc}/${pid}/status`, 'utf8').catch(() => ''));
    rights = rights.filter((right) => own.includes(right));
  }
  return rights;
}

/** What names no socket of its own listens where engines do. */
function listensAt(argv: readonly string[], socket: string): boolean {
  const named = argv.flatMap((word) => /unix:\/\/(\/\S+)$/.exec(word)?.[1] ?? []);
  if (named.length > 0) return named.includes(socket);
  return [DEFAULT_SOCKET, DEFAULT_SOCKET.replace('/var/run/', '/run/')].includes(socket);
}
