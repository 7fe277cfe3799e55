import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';

const options = (args: Argv) =>
  args
    .positional('scenario', { type: 'string' })
    .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
    .example('$0 list', 'all scenarios')
    .example('$0 list oom-4427', 'its cells, and the unsupported combinations');
export type ListArguments = ArgumentsOf<typeof options>;

export const list = defineCommand({
  command: 'list [scenario]',
  describe: 'List the scenarios, or the cells of one',
  options,
  handler: async (args) => (await import('./list.ts')).list(args),
});
