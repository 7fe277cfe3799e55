/** A squashfs file as a stream of tar, owners and permissions included, which nobody has to be root for. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { MachineError } from '../../scripts/lib/errors.ts';
import { ownProgram } from '../../scripts/lib/owned.ts';

export interface TarStream extends Disposable {
  readonly stream: Readable;
  /** Throws MachineError when not all of it came. */
  readonly done: Promise<void>;
}

/** Characters of what it says of a failure. */
const SAID = 2000;

export function tarOf(file: string): TarStream {
  const child = spawn('sqfs2tar', [file], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const noted = child.pid === undefined ? () => undefined : ownProgram(child.pid);
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-SAID);
  });
  const done = ended(child, file, () => said).finally(noted);
  // Whoever reads the stream may fail first.
  done.catch(() => undefined);
  return { stream: child.stdout, done, [Symbol.dispose]: () => void child.kill('SIGKILL') };
}

async function ended(child: ReturnType<typeof spawn>, file: string, said: () => string): Promise<void> {
  try {
    const [code, name] = await once(child, 'close');
    if (code === 0) return;
    const why =
      said()
        .trim()
        .replaceAll(/\s*\n\s*/g, '; ') ||
      (name ?? `exit code ${code}`);
    throw new MachineError('provider', `can't read ${file}: ${why}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new MachineError('provider', 'sqfs2tar is not installed', {
      hint: 'sudo apt-get install squashfs-tools-ng',
    });
  }
}
