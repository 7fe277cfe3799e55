/** The frames between a host and the agent in a guest; `vm/guest/rootfs/usr/lib/repro/agent` lists their types. Pure. */

export type FrameType = 'x' | 'c' | 'i' | 'f' | 'k' | 'n' | 'a' | 'l' | 's' | 'o' | 'e' | 'q';

export interface Frame {
  readonly type: FrameType;
  readonly channel: number;
  readonly payload: Buffer;
}

/** Bytes before the payload: its length and the channel, 32 bits each, and the type. */
const HEADER = 9;
/** What no frame of the agent's exceeds (it reads 32 KiB at a time); a length beyond it is not a length. */
const LONGEST = 1 << 20;

export function encodeFrame(type: FrameType, channel: number, payload: string | Uint8Array = ''): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const frame = Buffer.allocUnsafe(HEADER + bytes.length);
  frame.writeUInt32BE(bytes.length, 0);
  frame.writeUInt32BE(channel, 4);
  frame.write(type, 8, 'latin1');
  frame.set(bytes, HEADER);
  return frame;
}

/** Takes a stream of bytes apart, however it was cut. */
export class FrameDecoder {
  #pieces: Buffer[] = [];
  #length = 0;

  /** The frames that are whole with these bytes. Throws RangeError for what can't be a frame. */
  push(bytes: Buffer): Frame[] {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    const frames: Frame[] = [];
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): Frame | undefined {
    if (this.#length < HEADER) return undefined;
    const header = this.#join(HEADER);
    const size = header.readUInt32BE(0);
    if (size > LONGEST) throw new RangeError(`a frame of ${size} bytes`);
    if (this.#length < HEADER + size) return undefined;
    const all = this.#join(HEADER + size);
    const frame: Frame = {
      type: all.toString('latin1', 8, HEADER) as FrameType,
      channel: all.readUInt32BE(4),
      payload: all.subarray(HEADER, HEADER + size),
    };
    this.#pieces[0] = all.subarray(HEADER + size);
    this.#length -= HEADER + size;
    return frame;
  }

  /** The first piece, made at least so long. */
  #join(size: number): Buffer {
    const [first = Buffer.alloc(0)] = this.#pieces;
    if (first.length >= size) return first;
    const joined = Buffer.concat(this.#pieces);
    this.#pieces = [joined];
    return joined;
  }
}
