/** A connection to a unix socket of a guest, as a stream. */
import { Duplex } from 'node:stream';
import { MachineError } from '../../scripts/lib/errors.ts';
import type { Frame, FrameType } from './frames.ts';

/** Bytes from the guest that may wait for their reader: several times what gRPC takes as one message (4 MiB). */
const UNREAD = 1 << 25;

export class SocketChannel extends Duplex {
  readonly #send: (type: FrameType, payload?: Uint8Array) => void;

  constructor(send: (type: FrameType, payload?: Uint8Array) => void) {
    super();
    this.#send = send;
  }

  receive({ type, payload }: Frame): void {
    if (type === 'o') this.#hand(payload);
    if (type !== 'q' || this.destroyed) return;
    const how = payload.toString();
    if (how.startsWith('error ')) {
      this.destroy(new MachineError('provider', `the machine cannot connect: ${how.slice('error '.length)}`));
    } else {
      this.push(null);
    }
  }

  lose(error: MachineError): void {
    this.destroy(error);
  }

  #hand(payload: Buffer): void {
    if (this.destroyed) return;
    // A copy: a small piece must not hold the large buffer that it came in.
    this.push(Buffer.from(payload));
    if (this.readableLength <= UNREAD) return;
    this.destroy(
      new MachineError('provider', `more than ${UNREAD / 2 ** 20} MiB from the machine wait to be read`),
    );
  }

  override _read(): void {
    // The stream of frames is one for all channels: it isn't held up for one of them.
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send('i', bytes);
    done();
  }

  override _final(done: () => void): void {
    this.#send('f');
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#send('k');
    done(error);
  }
}
