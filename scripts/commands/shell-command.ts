import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { ALLOW_NETWORK, ALLOW_PROVIDER, PROVIDER } from './options.ts';

const options = (args: Argv) =>
  args
    .positional('run', {
      type: 'string',
      demandOption: true,
      describe: 'Run: its folder, the start of its name, or latest',
    })
    .positional('cell', {
      type: 'string',
      demandOption: true,
      describe: 'Cell id, or a part of it that matches only one',
    })
    .option('provider', PROVIDER)
    .option('offline', { type: 'boolean', default: false, describe: 'Use only the cache, no network' })
    .option('allow-network', ALLOW_NETWORK)
    .option('allow-provider', ALLOW_PROVIDER)
    .example('$0 shell latest runc=1.1.15', 'look around where it failed');
export type ShellArguments = ArgumentsOf<typeof options>;

export const shell = defineCommand({
  command: 'shell <run> <cell>',
  describe: 'Open a shell in a kept machine of a run, or in a new one with the same artifacts',
  options,
  handler: async (args) => (await import('./shell.ts')).shell(args),
});
