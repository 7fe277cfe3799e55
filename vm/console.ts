/** What a guest's serial console tells about the guest. */
import { open } from 'node:fs/promises';
import { Bounded } from '../scripts/lib/bounded.ts';
import { cutLog, LOG_LIMIT } from './log-limit.ts';

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

/** Bytes of a console that are kept in memory, half of them from its beginning and half from its end. */
const KEPT = 4 * 2 ** 20;
/** Bytes that are read at a time. */
const PIECE = 1 << 16;
/** Bytes of what was read last that are looked at again: a mark may be cut in two. */
const OVERLAP = 256;

/** Reads what a growing file gained since the last call. */
export class ConsoleReader {
  #kept = new Bounded(KEPT);
  #end = '';
  /** What the lines so far told; a long console may no longer have them. */
  #state: ConsoleState = { kind: 'booting' };
  #offset = 0;
  #reading: Promise<void> = Promise.resolve();
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Everything printed so far; of a very long console its beginning and its end. */
  async read(): Promise<string> {
    await this.#catchUp();
    return this.#kept.text('latin1');
  }

  /** What the console tells of the guest, whether or not the line that told it is still kept. */
  async state(): Promise<ConsoleState> {
    await this.#catchUp();
    return this.#state;
  }

  /** One after the other: two at once would read the same piece twice. */
  #catchUp(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#readMore());
    return this.#reading;
  }

  async #readMore(): Promise<void> {
    const handle = await open(this.#file).catch(() => undefined);
    if (handle === undefined) return;
    try {
      const piece = Buffer.alloc(PIECE);
      for (;;) {
        const { bytesRead } = await handle.read(piece, 0, PIECE, this.#offset);
        if (bytesRead === 0) break;
        this.#offset += bytesRead;
        this.#take(piece.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
    if (this.#offset > LOG_LIMIT) this.#offset = await cutLog(this.#file);
  }

  #take(bytes: Buffer): void {
    this.#kept.add(bytes);
    // The console is ASCII but for what a broken guest writes: bytes stay bytes.
    const text = this.#end + bytes.toString('latin1');
    this.#end = text.slice(-OVERLAP);
    const state = consoleState(text);
    const isOpen = this.#state.kind === 'booting' || this.#state.kind === 'ready';
    // A panic is the last that a guest says, whatever went before; else what failed first stays.
    if (state.kind === 'panic' || (state.kind !== 'booting' && isOpen)) this.#state = state;
  }
}
