/** The command line as yargs reads it: what is no command of ours is a mistake of the user's, before anything is done. */
import yargs, { type Argv, type CommandModule } from 'yargs';
import { UsageError } from '../lib/errors.ts';

const HELP = 'repro --help, or repro <command> --help';

/** Its `parseAsync` carries a command out. Throws UsageError `usage`, and what the command throws. */
// biome-ignore lint/suspicious/noExplicitAny: yargs' own type for a list of commands with different arguments
export function commandLine(argv: readonly string[], commands: CommandModule<any, any>[]): Argv {
  const cli = yargs(argv as string[]);
  return cli
    .scriptName('repro')
    .usage(
      '$0 <command>\n\nFinds out, on real kernels and real runtimes, which combination breaks a workload.',
    )
    .command(commands)
    .completion('completion', 'Print a script for shell completion (add it to ~/.bashrc or ~/.zshrc)')
    .demandCommand(1, 'Name a command; `repro --help` lists them.')
    .strict()
    .recommendCommands()
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
      // --out.x and --no-out would make something else of a text than a text.
      'dot-notation': false,
      'boolean-negation': false,
    })
    .middleware((args) => refuseRepeated(args, optionsOf(cli).array))
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .version(false)
    .option('version', { type: 'boolean', describe: 'Show the version', global: false })
    .help()
    .alias('help', 'h')
    .epilogue(
      'Exit codes: 0 nothing bad or as expected, 1 the symptom was seen, 2 usage, 125 could not be judged.',
    )
    .exitProcess(false)
    .fail((message, error) => {
      // yargs names only what was meant, not what was typed.
      const said = message?.startsWith('Did you mean')
        ? `no command '${argv.join(' ')}'. ${message}`
        : message;
      // Its own errors (an option without its value) are the user's mistakes; any other is a command's.
      if (error !== undefined && error?.name !== 'YError') throw error;
      throw new UsageError('usage', said ?? error.message, { hint: HELP });
    });
}

/** Of an option that takes one value yargs makes a list when it is there twice. Throws UsageError. */
function refuseRepeated(args: Readonly<Record<string, unknown>>, lists: readonly string[]): void {
  // yargs has `--allow-provider` as `allowProvider`, too.
  const isList = (name: string) =>
    lists.includes(name) || lists.includes(name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  const repeated = Object.keys(args).find(
    (name) => name !== '_' && !isList(name) && Array.isArray(args[name]),
  );
  if (repeated === undefined) return;
  const option = `${repeated.length === 1 ? '-' : '--'}${repeated}`;
  throw new UsageError('usage', `${option} is there twice, and takes one value`, { hint: HELP });
}

/** Names, aliases among them; yargs has it, and its types don't. */
function optionsOf(cli: Argv): { readonly array: readonly string[] } {
  return (cli as unknown as { getOptions(): { readonly array: readonly string[] } }).getOptions();
}
