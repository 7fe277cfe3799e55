/**
 * The host's end of the agent in a guest: commands, files and unix sockets over one stream of frames. Whatever
 * carries bytes to the agent can be the stream: a port of a virtual machine, or the stdin and stdout of a process.
 */
import type { Duplex, Readable } from 'node:stream';
import { Bounded } from '../../scripts/lib/bounded.ts';
import { MachineError, ReproError } from '../../scripts/lib/errors.ts';
import { abortError } from '../../scripts/lib/exec.ts';
import { EXEC_TIMEOUT, type HostWait, makeLimit } from '../../scripts/lib/limit.ts';
import { type ExecOptions, type ExecResult, type LogFollower, MAX_OUTPUT } from '../machine.ts';
import { encodeFrame, type Frame, FrameDecoder, type FrameType } from './frames.ts';
import { LogChannel } from './log.ts';
import { SocketChannel } from './socket.ts';

/** Milliseconds a killed command may take to be gone, before the answer is given up. */
const KILL_TIMEOUT = 5_000;
/** What a shell says of a command that a signal ended is this plus the signal's number. */
const SIGNAL_BASE = 128;

/** Gets the frames of one channel. */
export interface Receiver {
  receive(frame: Frame): void;
  /** The stream broke: nothing will come any more. */
  lose(error: MachineError): void;
}

export interface RawResult {
  readonly exitCode: number;
  /** At most `maxOutput` bytes, and a line that says how many are missing. */
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Bytes that were not kept. */
  readonly omitted: { readonly stdout: number; readonly stderr: number };
}

export interface RunOptions extends Omit<ExecOptions, 'stdin'> {
  readonly stdin?: string | Readable | undefined;
  /** Gets stdout as it comes; the result has none then. */
  readonly onStdout?: ((bytes: Buffer) => void) | undefined;
}

/** What makes a restored machine another than the one that was saved. */
export interface Identity {
  /** 32 hexadecimal digits, as in machine-id(5). */
  readonly machineId: string;
  readonly hostname: string;
  /** Hexadecimal; mixed into the guest's random numbers. */
  readonly entropy: string;
}

export class AgentLink implements Disposable {
  /** What every command finds in its environment, beside the agent's own. */
  environment: Readonly<Record<string, string>> = {};
  readonly #stream: Duplex;
  readonly #wait: HostWait | undefined;
  readonly #channels = new Map<number, Receiver>();
  #next = 1;
  #broken: MachineError | undefined;

  /** `wait`: what the host keeps from the guest, which no command's time is counted for. */
  constructor(stream: Duplex, wait?: HostWait) {
    this.#stream = stream;
    this.#wait = wait;
    const decoder = new FrameDecoder();
    stream.on('data', (bytes: Buffer) => {
      try {
        for (const frame of decoder.push(bytes)) this.#channels.get(frame.channel)?.receive(frame);
      } catch (error) {
        stream.destroy(error instanceof Error ? error : undefined);
      }
    });
    stream.on('error', () => stream.destroy());
    stream.on('close', () => this.lose(new MachineError('lost', 'the connection to the machine broke')));
  }

  /** Everything under way fails with this, and so does what comes later. */
  lose(error: MachineError): void {
    this.#broken ??= error;
    for (const receiver of [...this.#channels.values()]) receiver.lose(this.#broken);
    this.#channels.clear();
  }

  /**
   * Runs a program: stdout and stderr as bytes. Throws MachineError `exec-timeout` and `lost`, and the reason of an
   * aborted `signal`; the program and its process group are gone by then, if the guest still answers.
   */
  run(argv: readonly string[], options: RunOptions = {}): Promise<RawResult> {
    const extra = Object.entries(this.environment).map(([name, value]) => `${name}=${value}`);
    const all = extra.length === 0 ? argv : ['/usr/bin/env', ...extra, ...argv];
    return this.#command('x', all.join('\0'), options);
  }

  /**
   * `run` for texts: an argv, or what `/bin/sh` runs. Throws ReproError `output-too-large` for a stream of more than
   * MAX_OUTPUT bytes, unless `maxOutput` says how much of it is enough.
   */
  async exec(command: string | readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const argv = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
    const { exitCode, stdout, stderr, omitted } = await this.run(argv, options);
    const texts = { exitCode, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
    if (omitted.stdout === 0 && omitted.stderr === 0) return texts;
    if (options.maxOutput === undefined) throw tooLarge(omitted);
    return { ...texts, truncated: omitted };
  }

  /** Gives the guest the time of now, fresh random numbers and names of its own. Throws MachineError. */
  async resetIdentity(
    identity: Identity,
    options: { readonly signal?: AbortSignal; readonly timeout?: number } = {},
  ) {
    const now = Date.now();
    const parts = [Math.floor(now / 1000), (now % 1000) * 1_000_000];
    const payload = [...parts, identity.entropy, identity.machineId, identity.hostname].join('\0');
    await this.#command('n', payload, options);
  }

  /** Merges layers over the guest's `/usr`, the last on top: serial of its disk and name of each. Throws MachineError. */
  async attach(layers: readonly { readonly serial: string; readonly name: string }[]): Promise<void> {
    await this.#command('a', layers.map(({ serial, name }) => `${serial}=${name}`).join('\0'), {});
  }

  /** The kernel's log from the guest's boot on. Another follower takes it over from where this one is. */
  followLog(listener: (records: string) => void): LogFollower {
    const id = this.#next++;
    const channel = new LogChannel(listener, () => this.#send('s', id), this.#wait);
    this.#channels.set(id, channel);
    if (this.#broken === undefined) this.#send('l', id);
    else channel.lose(this.#broken);
    return channel;
  }

  /** A connection to a unix socket of the guest. What goes wrong with it destroys it. */
  connect(path: string): Duplex {
    const id = this.#next++;
    const channel = new SocketChannel((type, payload) => this.#send(type, id, payload));
    this.#channels.set(id, channel);
    channel.once('close', () => this.#channels.delete(id));
    if (this.#broken === undefined) this.#send('c', id, path);
    else channel.lose(this.#broken);
    return channel;
  }

  [Symbol.dispose](): void {
    this.#stream.destroy();
  }

  #send(type: FrameType, channel: number, payload?: string | Uint8Array): boolean {
    return this.#stream.writable && this.#stream.write(encodeFrame(type, channel, payload));
  }

  async #command(type: 'x' | 'n' | 'a', payload: string, options: RunOptions): Promise<RawResult> {
    const { signal, stdin, timeout = EXEC_TIMEOUT } = options;
    if (signal?.aborted) throw abortError(signal);
    if (this.#broken !== undefined) throw this.#broken;
    const id = this.#next++;
    const command = new Command(options);
    this.#channels.set(id, command);
    const kill = () => {
      this.#send('k', id);
      // It says itself that it is gone; a guest that doesn't answer at all is not waited for.
      setTimeout(() => command.giveUp(), KILL_TIMEOUT).unref();
    };
    using limit = makeLimit(
      timeout,
      this.#wait,
      (said) => new MachineError('exec-timeout', `a command did not end within ${said} on the machine`),
    );
    limit.signal.addEventListener('abort', kill, { once: true });
    signal?.addEventListener('abort', kill, { once: true });
    try {
      this.#send(type, id, payload);
      await this.#feed(id, command, stdin);
      const result = await command.ended;
      if (signal?.aborted) throw abortError(signal);
      limit.signal.throwIfAborted();
      return result;
    } finally {
      signal?.removeEventListener('abort', kill);
      this.#channels.delete(id);
    }
  }

  async #feed(id: number, command: Command, stdin: string | Readable | undefined): Promise<void> {
    if (typeof stdin === 'string' && stdin !== '') this.#send('i', id, stdin);
    if (typeof stdin === 'object') {
      for await (const piece of stdin) {
        if (command.over) break;
        if (!this.#send('i', id, piece)) await drained(this.#stream);
      }
    }
    this.#send('f', id);
  }
}

function tooLarge(omitted: RawResult['omitted']): ReproError {
  const [name, bytes] = omitted.stdout > 0 ? ['stdout', omitted.stdout] : ['stderr', omitted.stderr];
  const size = `${(bytes + MAX_OUTPUT).toLocaleString('en-US')} bytes`;
  return new ReproError(
    'output-too-large',
    `a command on the machine wrote ${size} to ${name}; no more than ${MAX_OUTPUT / 2 ** 20} MiB are read`,
  );
}

/** Collects what a command writes until it ends, up to a limit. */
class Command implements Receiver {
  readonly ended: Promise<RawResult>;
  over = false;
  readonly #out: Bounded;
  readonly #err: Bounded;
  readonly #onStdout: RunOptions['onStdout'];
  #resolve: (result: RawResult) => void = () => undefined;
  #reject: (error: MachineError) => void = () => undefined;

  constructor({ maxOutput = MAX_OUTPUT, onStdout }: Pick<RunOptions, 'maxOutput' | 'onStdout'>) {
    this.#out = new Bounded(maxOutput);
    this.#err = new Bounded(maxOutput);
    this.#onStdout = onStdout;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever fails before it waits for this has an error of its own.
    this.ended.catch(() => undefined);
  }

  receive({ type, payload }: Frame): void {
    if (type === 'o') this.#onStdout === undefined ? this.#out.add(payload) : this.#onStdout(payload);
    else if (type === 'e') this.#err.add(payload);
    else if (type === 'q') this.#end(payload.toString());
  }

  lose(error: MachineError): void {
    this.over = true;
    this.#reject(error);
  }

  /** Answers with what there is. */
  giveUp(): void {
    this.#end(`signal 9`);
  }

  #end(how: string): void {
    this.over = true;
    const [word, rest = ''] = how.split(/ (.*)/s);
    if (word === 'error') {
      this.#reject(new MachineError('provider', `the machine refuses: ${rest}`));
      return;
    }
    const exitCode = word === 'signal' ? SIGNAL_BASE + Number(rest) : Number(word);
    this.#resolve({
      exitCode,
      stdout: this.#out.bytes(),
      stderr: this.#err.bytes(),
      omitted: { stdout: this.#out.omitted, stderr: this.#err.omitted },
    });
  }
}

function drained(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.once('drain', done);
    stream.once('close', done);
  });
}
