/** What a command is: its name and options, whose types its handler gets, and where the handler is. */
import type { Argv, CommandModule } from 'yargs';

/** The arguments that a command's options come to, by their names as typed. */
export type ArgumentsOf<Options extends (...args: never[]) => Argv<unknown>> =
  ReturnType<Options> extends Argv<infer Arguments> ? Readonly<Arguments> : never;

interface Definition<Arguments> {
  /** With its positional arguments, as in a usage line. */
  readonly command: string;
  readonly describe: string;
  readonly options: (args: Argv) => Argv<Arguments>;
  /** Loads what it needs when it is called: `repro --help` loads the options of all commands, and no more. */
  readonly handler: (args: Arguments) => Promise<void>;
}

export function defineCommand<Arguments>(definition: Definition<Arguments>): CommandModule {
  const { command, describe, options, handler } = definition;
  return {
    command,
    describe,
    builder: options,
    // What yargs hands on is what came of these options; in a list of commands it can't say so of each.
    handler: (args) => handler(args as unknown as Arguments),
  };
}
