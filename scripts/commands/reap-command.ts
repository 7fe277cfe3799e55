import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';

const options = (args: Argv) =>
  args.option('all', {
    type: 'boolean',
    default: false,
    describe: 'Also machines that were kept on purpose',
  });
export type ReapArguments = ArgumentsOf<typeof options>;

export const reap = defineCommand({
  command: 'reap',
  describe: 'End and remove what crashed runs left behind: machines, temporary files, parts of the cache',
  options,
  handler: async (args) => (await import('./reap.ts')).reap(args),
});
