import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';

const options = (args: Argv) =>
  args.option('all', {
    type: 'boolean',
    default: false,
    describe: 'Also machines that --keep left running',
  });
export type ReapArguments = ArgumentsOf<typeof options>;

export const reap = defineCommand({
  command: 'reap',
  describe: 'Stop and remove what crashed runs left: machines, temporary files, cache entries',
  options,
  handler: async (args) => (await import('./reap.ts')).reap(args),
});
