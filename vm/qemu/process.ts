/** QEMU as a process: started in a session of its own, watched until it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, open, readFile } from 'node:fs/promises';
import { MachineError } from '../../scripts/lib/errors.ts';
import { ownProgram } from '../../scripts/lib/owned.ts';
import { identify, type ProcessId } from '../../scripts/lib/process.ts';
import { shellQuote } from '../../scripts/lib/quote.ts';

export interface QemuProcess {
  readonly id: ProcessId;
  /** Aborted, with a MachineError, when QEMU ended. */
  readonly ended: AbortSignal;
  /** Lets this process end while QEMU runs on. Until then it lives to hear of QEMU's end. */
  release(): void;
}

export interface StartOptions {
  /** Gets the command, then what QEMU prints. */
  readonly log: string;
  /** Where QEMU makes its temporary files. */
  readonly tmpDir: string;
}

/**
 * Starts QEMU, away from a terminal: its Ctrl-C must not reach a machine before the evidence is in.
 * Throws MachineError `boot-failed` when QEMU ends at once.
 */
export async function startQemu(argv: readonly string[], options: StartOptions): Promise<QemuProcess> {
  const [binary = '', ...args] = argv;
  // Appended to, so that it can be cut while QEMU writes.
  const { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } = constants;
  const output = await open(options.log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  try {
    // On one line, whatever a path has in it.
    await output.write(`${shellQuote(argv).replaceAll('\n', ' ')}\n`);
    const child = spawn(binary, args, {
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env: { ...process.env, TMPDIR: options.tmpDir },
    });
    // Until its machine's record names it.
    const noted = child.pid === undefined ? () => undefined : ownProgram(child.pid);
    const ended = new AbortController();
    child.once('exit', (code, name) => {
      noted();
      ended.abort(new MachineError('lost', `QEMU ended (${name ?? `exit code ${code}`})`));
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const id = child.pid === undefined ? undefined : identify(child.pid);
    if (id === undefined) {
      // Gone before it could be looked at; its exit is told soon.
      if (!ended.signal.aborted) await once(ended.signal, 'abort');
      throw new MachineError('boot-failed', `${ended.signal.reason.message}${await lastWords(options.log)}`);
    }
    const release = () => {
      noted();
      child.unref();
    };
    return { id, ended: ended.signal, release };
  } finally {
    await output.close();
  }
}

/** What QEMU said last, and where all of it is. The log's first line is its command. */
export async function lastWords(log: string): Promise<string> {
  const [, ...lines] = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n');
  return `${lines.length === 0 ? '' : `: ${lines.at(-1)}`} (its output is in ${log})`;
}
