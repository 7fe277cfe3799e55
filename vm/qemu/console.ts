/** What a guest's serial console tells about the guest. Pure, but for reading the file. */
import { open } from 'node:fs/promises';

export type ConsoleState =
  | { readonly kind: 'booting' }
  /** The guest says that it can run commands. */
  | { readonly kind: 'ready' }
  /** It never will: our initrd gave up, or systemd fell into its rescue shell. */
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'panic'; readonly why: string };

/** Marks written by `vm/guest/`, and by the kernel and systemd. */
const READY = /^.*repro: ready\b/m;
const PROBE_OK = /^.*repro-init: probe ok\b/m;
const FATAL = /repro-init: FATAL (.*)/;
const PANIC = /Kernel panic - not syncing: ?(.*)/;
const RESCUE = /You are in (rescue|emergency) mode|Press Enter (?:to continue|for maintenance)/;

export function consoleState(text: string): ConsoleState {
  const panic = PANIC.exec(text);
  if (panic !== null) return { kind: 'panic', why: `kernel panic: ${panic[1]?.trim()}` };
  const fatal = FATAL.exec(text);
  if (fatal !== null) return { kind: 'failed', why: `the initrd gave up: ${fatal[1]?.trim()}` };
  if (RESCUE.test(text)) return { kind: 'failed', why: 'systemd fell into its rescue shell' };
  return READY.test(text) ? { kind: 'ready' } : { kind: 'booting' };
}

/** Whether a kernel that was started with `repro.probe` got as far as our initrd. */
export function probeSucceeded(text: string): boolean {
  return PROBE_OK.test(text);
}

/**
 * The last lines that a person can read: escape sequences and carriage returns taken out. Of a panic, whose stack
 * is longer than that, its first line too.
 */
export function consoleTail(text: string, lines = 20): string[] {
  const all = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escape sequences are what is taken out
    .replaceAll(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])/g, '')
    .split(/\r?\n|\r/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const tail = all.slice(-lines);
  const panic = all.findLast((line) => PANIC.test(line));
  return panic === undefined || tail.includes(panic) ? tail : [panic, ...tail.slice(1)];
}

/** Reads what a growing file gained since the last call. */
export class ConsoleReader {
  #text = '';
  #offset = 0;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Everything printed so far. */
  async read(): Promise<string> {
    const handle = await open(this.#file).catch(() => undefined);
    if (handle === undefined) return this.#text;
    try {
      const { size } = await handle.stat();
      if (size > this.#offset) {
        const buffer = Buffer.alloc(size - this.#offset);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#offset);
        this.#offset += bytesRead;
        // The console is ASCII but for what a broken guest writes: bytes stay bytes.
        this.#text += buffer.subarray(0, bytesRead).toString('latin1');
      }
    } finally {
      await handle.close();
    }
    return this.#text;
  }
}
