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
    await this.#advance(undefined, `echo '${sampleMarker(sample, 'begin')}' >/dev/kmsg`);
  }

  /** Marks the end of a sample; returns what the kernel logged meanwhile. */
  async end(sample: string, provoked: readonly string[]): Promise<string> {
    this.#provoked.set(sample, provoked);
    return this.#advance(sample, `echo '${sampleMarker(sample, 'end')}' >/dev/kmsg`);
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

  /** Reads and clears the kernel's ring buffer, so that it can't overflow between two samples. */
  async #advance(sample: string | undefined, mark: string): Promise<string> {
    const script = sample === undefined ? `dmesg -c; ${mark}` : `${mark}; dmesg -c`;
    const { stdout } = await this.#machine.exec(script, { timeout: 60_000 });
    this.#pieces.push({ sample, text: stdout });
    return stdout;
  }
}
