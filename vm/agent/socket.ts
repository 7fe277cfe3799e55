/** A connection to a unix socket of a guest, as a stream. */
import { Duplex } from 'node:stream';
import { MachineError } from '../../scripts/lib/errors.ts';
import type { Frame, FrameType } from './frames.ts';

export class SocketChannel extends Duplex {
  readonly #send: (type: FrameType, payload?: Uint8Array) => void;

  constructor(send: (type: FrameType, payload?: Uint8Array) => void) {
    super();
    this.#send = send;
  }

  receive({ type, payload }: Frame): void {
    if (type === 'o') this.push(payload);
    if (type !== 'q') return;
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
