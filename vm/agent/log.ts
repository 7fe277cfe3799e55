/** The kernel's log of a guest as it comes, and how far it has come. */
import { MachineError } from '../../scripts/lib/errors.ts';
import { type HostWait, makeLimit } from '../../scripts/lib/limit.ts';
import type { LogFollower, LogPosition } from '../machine.ts';
import type { Frame } from './frames.ts';

/** Milliseconds of the machine's own time until a guest that doesn't say how far its log has come is given up. */
const TIMEOUT = 60_000;

interface Question {
  readonly answer: (position: LogPosition) => void;
  readonly fail: (error: MachineError) => void;
}

export class LogChannel implements LogFollower {
  readonly #listener: (records: string) => void;
  readonly #ask: () => void;
  readonly #wait: HostWait | undefined;
  /** In the order in which they were asked, which is that of the answers. */
  #questions: Question[] = [];
  #over: MachineError | undefined;

  constructor(listener: (records: string) => void, ask: () => void, wait?: HostWait) {
    this.#listener = listener;
    this.#ask = ask;
    this.#wait = wait;
  }

  async catchUp(): Promise<LogPosition> {
    if (this.#over !== undefined) throw this.#over;
    using limit = makeLimit(
      TIMEOUT,
      this.#wait,
      (said) =>
        new MachineError(
          'exec-timeout',
          `the machine did not say within ${said} how far its kernel log has come`,
        ),
    );
    return await new Promise((resolve, reject) => {
      limit.signal.addEventListener('abort', () => this.lose(limit.signal.reason), { once: true });
      this.#questions.push({ answer: resolve, fail: reject });
      this.#ask();
    });
  }

  receive({ type, payload }: Frame): void {
    if (this.#over !== undefined) return;
    if (type === 'o') this.#listener(payload.toString('latin1'));
    if (type === 's') this.#questions.shift()?.answer({ oomKills: countOf(payload.toString()) });
    if (type === 'q') {
      const why = payload.toString().replace(/^error /, '');
      this.lose(new MachineError('provider', `the machine stopped giving its kernel log: ${why}`));
    }
  }

  lose(error: MachineError): void {
    this.#over ??= error;
    for (const { fail } of this.#questions) fail(this.#over);
    this.#questions = [];
  }
}

function countOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
