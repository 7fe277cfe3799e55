/** Whether the programs under test can be started at all: one that can't is no failure of its own, but no answer. */
import type { Machine } from '../../vm/machine.ts';
import { programPaths } from '../artifact/programs.ts';
import { cannotStart, startError } from '../evidence/loader-error.ts';
import { ReproError } from '../lib/errors.ts';
import { quote } from '../suites/guest-shell.ts';

/** Seconds that each may take to tell its version. */
const TIMEOUT = 20;

/** Looks once, and only when something failed: a program that was executed before lies in the page cache. */
export class Startable {
  readonly #machine: Machine;
  readonly #components: readonly string[];
  #answer: Promise<ReproError | undefined> | undefined;

  constructor(machine: Machine, components: readonly string[]) {
    this.#machine = machine;
    this.#components = components;
  }

  /** A ReproError `cannot-start` for the first program that can't be started; undefined when all can. */
  refusal(): Promise<ReproError | undefined> {
    this.#answer ??= this.#look().catch(() => undefined);
    return this.#answer;
  }

  /** Does `work`; where that fails because a program can't be started, that is what is thrown. */
  async explain<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw (await this.refusal()) ?? error;
    }
  }

  async #look(): Promise<ReproError | undefined> {
    const paths = this.#components.flatMap(programPaths);
    if (paths.length === 0) return undefined;
    const limit = (paths.length * TIMEOUT + 10) * 1000;
    const { stdout } = await this.#machine.exec(['bash', '-c', script(paths)], { timeout: limit });
    for (const answer of stdout.split('\0').slice(0, -1)) {
      const [head = '', ...said] = answer.split('\n');
      const [code, path = ''] = head.split(/ (.*)/s);
      const line = startError(Number(code), said.join('\n'));
      if (line !== undefined) return new ReproError('cannot-start', cannotStart(path, line));
    }
    return undefined;
  }
}

/**
 * For bash: other shells take a file that is no program for a script of theirs. `--version` need not be known: a
 * program that complains has started. Prints exit code, path and output of each, ended by NUL.
 */
function script(paths: readonly string[]): string {
  return `for program in ${paths.map(quote).join(' ')}; do
  [ -f "$program" ] || continue
  said=$(timeout -s KILL ${TIMEOUT} bash -c 'exec "$0" --version' "$program" 2>&1 </dev/null)
  printf '%s %s\\n%s\\0' $? "$program" "\${said:0:4000}"
done`;
}
