/** The beginning and the end of a stream whose length somebody else decides. */

/** What stands in a text for the bytes that were not kept; ASCII, whatever the text is. */
export function leftOut(bytes: number): string {
  return `\n... ${bytes.toLocaleString('en-US')} bytes left out ...\n`;
}

/**
 * Keeps no more than `limit` bytes of a stream: all of a short one, of a longer one as much of its beginning as of its
 * end. Bytes are copied, so that a few that are kept don't hold the large buffer they came in.
 */
export class Bounded {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  #head = Buffer.alloc(0);
  #headLength = 0;
  /** A ring as soon as it is full. */
  #tail = Buffer.alloc(0);
  /** Bytes that ever went to the tail. */
  #tailTotal = 0;

  constructor(limit: number) {
    this.#headLimit = Math.floor(limit / 2);
    this.#tailLimit = limit - this.#headLimit;
  }

  add(bytes: Uint8Array): void {
    const room = this.#headLimit - this.#headLength;
    const first = bytes.subarray(0, room);
    if (first.length > 0) {
      this.#head = grown(this.#head, this.#headLength + first.length, this.#headLimit);
      this.#head.set(first, this.#headLength);
      this.#headLength += first.length;
    }
    if (bytes.length > room) this.#addToTail(bytes.subarray(Math.max(room, 0)));
  }

  /** Bytes that were not kept. */
  get omitted(): number {
    return Math.max(0, this.#tailTotal - this.#tailLimit);
  }

  /** What was kept; where something is missing, a line says how much. */
  bytes(): Buffer {
    const head = this.#head.subarray(0, this.#headLength);
    if (this.omitted === 0) return Buffer.concat([head, this.#tail.subarray(0, this.#tailTotal)]);
    const at = this.#tailTotal % this.#tailLimit;
    const tail = [this.#tail.subarray(at, this.#tailLimit), this.#tail.subarray(0, at)];
    return Buffer.concat([head, Buffer.from(leftOut(this.omitted)), ...tail]);
  }

  text(encoding: 'utf8' | 'latin1' = 'utf8'): string {
    return this.bytes().toString(encoding);
  }

  #addToTail(bytes: Uint8Array): void {
    const limit = this.#tailLimit;
    const wanted = Math.min(this.#tailTotal + bytes.length, limit);
    this.#tail = grown(this.#tail, wanted, limit);
    // Of more than fits, only the end would stay.
    const skipped = Math.max(0, bytes.length - limit);
    let left = bytes.subarray(skipped);
    let at = this.#tailTotal + skipped;
    while (left.length > 0 && limit > 0) {
      const begin = at % limit;
      const piece = left.subarray(0, limit - begin);
      this.#tail.set(piece, begin);
      at += piece.length;
      left = left.subarray(piece.length);
    }
    this.#tailTotal += bytes.length;
  }
}

/** A text of at most so many bytes, cut in its middle where need be. */
export function clipped(text: string, limit: number): string {
  if (text.length * 3 <= limit) return text;
  const kept = new Bounded(limit);
  kept.add(Buffer.from(text));
  return kept.omitted === 0 ? text : kept.text();
}

/** The buffer, or a larger one with the same bytes: at least so long, at most twice that, and never above `limit`. */
function grown(buffer: Buffer<ArrayBuffer>, length: number, limit: number): Buffer<ArrayBuffer> {
  if (buffer.length >= length) return buffer;
  const larger = Buffer.alloc(Math.min(Math.max(length, buffer.length * 2), limit));
  larger.set(buffer);
  return larger;
}
