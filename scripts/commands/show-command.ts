import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';
import { matrixOptions } from './options.ts';

const options = (args: Argv) =>
  matrixOptions(args.positional('scenario', { type: 'string', demandOption: true }))
    .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
    .example('$0 show mitigations-4427', 'before it starts');
export type ShowArguments = ArgumentsOf<typeof options>;

export const show = defineCommand({
  command: 'show <scenario>',
  describe: 'Show what would run: cells, artifacts, machines, time, disk space',
  options,
  handler: async (args) => (await import('./show.ts')).show(args),
});
