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
    .option('days', { type: 'number', default: 30, describe: 'Remove entries not used for this many days' })
    .option('all', { type: 'boolean', default: false, describe: 'Remove everything' });
export type CachePruneArguments = ArgumentsOf<typeof pruneOptions>;

const prune = defineCommand({
  command: 'prune',
  describe: 'Remove entries that were not used recently',
  options: pruneOptions,
  handler: async (args) => (await import('./cache.ts')).prune(args),
});

export const cache = defineCommand({
  command: 'cache <action>',
  describe: 'List or prune the cache',
  options: (args) => args.command(ls).command(prune).demandCommand(1, 'Name an action: ls or prune.'),
  handler: async () => undefined,
});
