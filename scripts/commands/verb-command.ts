/** The command of a verb: its options and its help, from its entry. */
import type { Argv, CommandModule, Options } from 'yargs';
import type { Verb, VerbOptions } from '../verbs/verb.ts';
import { defineCommand } from './command.ts';
import { answerOptions } from './options.ts';

export function verbCommand<Declared extends VerbOptions, Answer>(
  verb: Verb<Declared, Answer>,
): CommandModule {
  const { name, describe, examples } = verb;
  const options = (args: Argv) => {
    const all = answerOptions(name, args);
    // yargs adds them to what it was called on; no type knows names that are data.
    all.options(optionsOf(verb.options));
    for (const [command, why] of examples) all.example(command, why);
    return all;
  };
  return defineCommand({
    command: `${name} [scenario]`,
    describe,
    options,
    handler: async (args) => (await import('./verb.ts')).ask(verb, args),
  });
}

/** Without defaults: what was typed beside `--resume` must be known. */
function optionsOf(declared: VerbOptions): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(declared).map(([name, { type, describe, default: usual }]) => [
      name,
      { type, requiresArg: true, describe: `${describe} (default: ${usual})` },
    ]),
  );
}
