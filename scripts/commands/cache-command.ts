import type { Argv } from 'yargs';
import { type ArgumentsOf, defineCommand } from './command.ts';

const lsOptions = (args: Argv) =>
  args.option('json', { type: 'boolean', default: false, describe: 'Print JSON' });
export type CacheLsArguments = ArgumentsOf<typeof lsOptions>;

const ls = defineCommand({
  command: 'ls',
  describe: 'List the cache',
  options: lsOptions,
  handler: async (args) => (await import('./cache.ts')).ls(args),
});

const pruneOptions = (args: Argv) =>
  args
    .option('days', { type: 'number', default: 30, describe: 'Remove what was last used more days ago' })
    .option('all', { type: 'boolean', default: false, describe: 'Remove everything' });
export type CachePruneArguments = ArgumentsOf<typeof pruneOptions>;

const prune = defineCommand({
  command: 'prune',
  describe: 'Remove what was not used lately',
  options: pruneOptions,
  handler: async (args) => (await import('./cache.ts')).prune(args),
});

export const cache = defineCommand({
  command: 'cache <action>',
  describe: 'List or prune what is cached',
  options: (args) => args.command(ls).command(prune).demandCommand(1, 'Name an action: ls or prune.'),
  handler: async () => undefined,
});
