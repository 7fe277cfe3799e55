/** Stdin and stdout of a program in a container as one stream, as an engine carries them: frames of either output. */
import { Duplex } from 'node:stream';

/** Bytes before each piece: which output it is of, three of nothing, and its length, 32 bits. */
const HEADER = 8;
const STDOUT = 1;
/** Characters of stderr that are kept. */
const KEPT = 4096;

export class ExecStream extends Duplex {
  readonly #socket: Duplex;
  #rest: Buffer = Buffer.alloc(0);
  #said = '';

  /** `socket`: the connection that the engine handed over. */
  constructor(socket: Duplex) {
    super();
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.once('end', () => this.destroy());
    socket.once('close', () => this.destroy());
    socket.once('error', (error) => this.destroy(error));
  }

  /** The last of what the program wrote to stderr. */
  get said(): string {
    return this.#said.trim();
  }

  #take(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= HEADER) {
      const length = this.#rest.readUInt32BE(4);
      if (this.#rest.length < HEADER + length) return;
      const piece = this.#rest.subarray(HEADER, HEADER + length);
      if (this.#rest[0] === STDOUT) this.push(piece);
      else this.#said = (this.#said + piece.toString('latin1')).slice(-KEPT);
      this.#rest = this.#rest.subarray(HEADER + length);
    }
  }

  override _read(): void {
    // Who reads it takes what comes: frames are as large as what was written at once.
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
