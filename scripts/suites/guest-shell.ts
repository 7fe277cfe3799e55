/** Shell scripts for the guest: one script per sample, for every command over the connection costs tenths of a second. */
import type { ExecOptions, Machine } from '../../vm/machine.ts';
import { MachineError, ReproError, retold } from '../lib/errors.ts';
import { shellQuote } from '../lib/quote.ts';

/** A text as one word of `sh`, whatever is in it. */
export function quote(text: string): string {
  return shellQuote([text]);
}

/** A command that writes a text to a file of the guest, as it is. */
export function writeFile(path: string, text: string): string {
  return `printf %s ${quote(text)} >${quote(path)}`;
}

/**
 * Shell function `keep <file> <copy>`: copies a small text file, if it can be read, without starting a process:
 * a process is expensive under emulation, and a cgroup's files are many.
 */
export const KEEP = `keep() {
  [ -r "$1" ] || return 0
  while IFS= read -r line; do printf '%s\\n' "$line"; done <"$1" >"$2"
}`;

/** A command that prints every file below a folder, for `parseCollected` to take apart again. */
export function collect(folder: string): string {
  // With no file named, GNU grep's names are relative to the folder it is in.
  return `(cd ${quote(folder)} && grep -rHa '')`;
}

/** What `collect` printed: relative path -> text. Empty files don't appear; their names must not hold a colon. */
export function parseCollected(stdout: string): Map<string, string> {
  const lines = new Map<string, string[]>();
  for (const line of stdout.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon);
    const text = lines.get(name) ?? [];
    text.push(line.slice(colon + 1));
    lines.set(name, text);
  }
  return new Map([...lines].map(([name, text]) => [name, text.join('\n')]));
}

/**
 * Runs a script that has to succeed and returns what it printed.
 * Throws ReproError `guest-script` when it doesn't, with `what` it was for and its last lines: that is the
 * harness failing, never the runtime.
 */
export async function runGuest(
  machine: Machine,
  what: string,
  script: string,
  options: ExecOptions = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await machine.exec(script, options).catch((error: unknown) => {
    if (!(error instanceof MachineError) || error.code !== 'exec-timeout') throw error;
    throw retold(error, `${what}: ${error.message}`);
  });
  if (exitCode !== 0) {
    const said = lastLines(stderr.trim() === '' ? stdout : stderr, 10);
    throw new ReproError('guest-script', `${what} failed with exit code ${exitCode}: ${said || 'no output'}`);
  }
  return stdout;
}

/** The last lines of a text, without the empty space around them. */
export function lastLines(text: string, count: number): string {
  return text.trim().split('\n').slice(-count).join('\n');
}
