/** Reads a guest's kernel log piece by piece, with marks where samples begin and end. */
import type { Machine } from '../../vm/machine.ts';
import { attributeOomKills, sampleMarker } from './attribute.ts';
import { findKernelEvents } from './kernel-events.ts';
import { parseKernelLog } from './kernel-log.ts';
import type { AttributedOomKill, KernelEvent } from './types.ts';

export interface KernelFindings {
  readonly oomKills: readonly AttributedOomKill[];
  readonly kernelEvents: readonly KernelEvent[];
}

export class KernelLog {
  readonly #machine: Machine;
  /** Log text by the sample at whose end it was read; '' for what came before the first. */
  readonly #pieces: { readonly sample: string | undefined; readonly text: string }[] = [];
  readonly #provoked = new Map<string, readonly string[]>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Marks the beginning of a sample. What the kernel said before belongs to none. */
  async begin(sample: string): Promise<void> {
    const mark = markCommand(sample, 'begin');
    // The log of the boot is long. What the kernel says between two samples is little, and read with the second.
    if (this.#pieces.length > 0) await this.#ask(mark);
    else this.#pieces.push({ sample: undefined, text: await this.#ask(`${READ}; ${mark}`) });
  }

  /** Marks the end of a sample; returns what the kernel logged meanwhile. */
  async end(sample: string, provoked: readonly string[]): Promise<string> {
    this.#provoked.set(sample, provoked);
    const text = await this.#ask(`${markCommand(sample, 'end')}; ${READ}`);
    const begin = text.lastIndexOf('\n', text.indexOf(sampleMarker(sample, 'begin'))) + 1;
    if (begin > 0) this.#pieces.push({ sample: undefined, text: text.slice(0, begin) });
    this.#pieces.push({ sample, text: text.slice(begin) });
    return text.slice(begin);
  }

  /** Everything read so far. */
  get text(): string {
    return this.#pieces.map((piece) => piece.text).join('');
  }

  /** What a sample's log tells; `undefined` asks for what belongs to no sample. */
  findings(sample: string | undefined): KernelFindings {
    const kills = attributeOomKills(parseKernelLog(this.text).entries, this.#provoked);
    const text = this.#pieces.filter((piece) => piece.sample === sample).map((piece) => piece.text);
    return {
      oomKills: kills.filter((kill) => kill.sample === sample),
      kernelEvents: findKernelEvents(parseKernelLog(text.join('')).entries),
    };
  }

  async #ask(script: string): Promise<string> {
    const { stdout } = await this.#machine.exec(script, { timeout: 60_000 });
    return stdout;
  }
}

/** Reads and clears the kernel's ring buffer, so that it can't overflow before the next time. */
const READ = 'dmesg -c';

function markCommand(sample: string, edge: 'begin' | 'end'): string {
  return `echo '${sampleMarker(sample, edge)}' >/dev/kmsg`;
}
